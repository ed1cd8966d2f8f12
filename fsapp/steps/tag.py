"""Writes into the call's record: its disposition, a note, tags (标记).

    - tag: fault_reported
    - tag: {disposition: bill_told, note: "户号{{ account }}", tags: {topic: bill, district: "{{ bill.district }}"}}

What is made of a sensitive variable is written as `***`.

Exits:
- `done`
"""

from collections.abc import Mapping

from pydantic import Field, model_validator

from fsapp.domain.events import Kind
from fsapp.flow.context import Context
from fsapp.flow.fields import DONE, Word, only_done
from fsapp.flow.model import Params, StepKind
from fsapp.flow.sensitive import shown
from fsapp.flow.templates import Text


class TagParams(Params):
    """What is written."""

    disposition: Text | None = Field(None, description="what became of the call, in a word")
    note: Text | None = Field(None, description="a sentence for whoever reads the record")
    tags: Mapping[Word, Text] = Field(default_factory=dict, description="names and values, for reports")

    @model_validator(mode="after")
    def _something(self) -> "TagParams":
        if self.disposition is None and self.note is None and not self.tags:
            raise ValueError("a `tag` wants a `disposition`, a `note` or `tags`")
        return self


def run(ctx: Context, params: TagParams) -> str:
    texts = {"disposition": params.disposition, "note": params.note}
    fields: dict[str, object] = {name: _written(ctx, text) for name, text in texts.items() if text is not None}
    if params.tags:
        fields["tags"] = {name: _written(ctx, text) for name, text in params.tags.items()}
    ctx.record(Kind.CALL_TAGGED, fields)
    return DONE


def _written(ctx: Context, text: Text) -> str:
    return shown(ctx, text, text.text(ctx))


STEP = StepKind("tag", TagParams, run, only_done, natural="disposition")
