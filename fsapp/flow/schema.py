"""JSON schema (draft 2020-12) of a flow file, for editors: names, types and exits are offered and checked as one types.

It says less than the checker does: it knows no file but the one it looks at, and none of the rules between fields.
"""

from collections.abc import Mapping
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from fsapp.flow.entries import Entry, entry
from fsapp.flow.loader import Header
from fsapp.flow.model import ENTRY, StepKind
from fsapp.flow.templates import Expression, Text

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_LABEL = "^[a-z][a-z0-9_]*$"


class _Generator(GenerateJsonSchema):
    """Knows how a text is written."""

    def encode_default(self, dft: Any) -> Any:
        return dft.source if isinstance(dft, Text | Expression) else super().encode_default(dft)


def schema(kinds: Mapping[str, StepKind]) -> Schema:
    """The schema of flow files that use these steps."""
    header = Header.model_json_schema(schema_generator=_Generator)
    shared: Schema = {}
    steps = {name: _settings(kind, shared) for name, kind in sorted(kinds.items())}
    label = {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/step"}}
    return {
        "$schema": DIALECT,
        "title": "A call flow",
        "type": "object",
        "properties": {**header["properties"], ENTRY: {"$ref": "#/$defs/label"}},
        "required": [*header["required"], ENTRY],
        "propertyNames": {"pattern": _LABEL},
        "additionalProperties": {"$ref": "#/$defs/label"},
        "$defs": {"label": label, "step": _step(steps), **shared},
    }


def params_schema(kind: StepKind) -> Schema:
    """The schema of what an operator writes for a step as a mapping, `on` included."""
    params = kind.params.model_json_schema(schema_generator=_Generator, ref_template="#/$defs/{model}")
    words = entry(kind)
    if words.exit_names:
        params["properties"] = {**params["properties"], "on": _on(words)}
    return params


def _on(words: Entry) -> Schema:
    """Exits, each with the label that follows."""
    return {
        "type": "object",
        "description": "which label follows each exit",
        "properties": {name: {"type": "string"} for name in words.exit_names},
        "additionalProperties": {"type": "string"} if words.open_ended else False,
    }


def _settings(kind: StepKind, shared: Schema) -> Schema:
    """What may stand behind a step's name; definitions that it uses are put into `shared`."""
    params = params_schema(kind)
    shared.update(params.pop("$defs", {}))
    ways = [params]
    if kind.natural is not None:
        ways.append(params["properties"][kind.natural])
    if not params.get("required"):
        ways.append({"type": "null"})
    words = entry(kind)
    hover = f"{words.summary}\n\n```yaml\n{words.example}```\n\n{words.exits}"
    return {"description": words.summary, "markdownDescription": hover, "anyOf": ways}


def _step(steps: Schema) -> Schema:
    """One word, or one word with what belongs to it."""
    mapping = {
        "type": "object",
        "properties": steps,
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }
    alone = [name for name, settings in steps.items() if {"type": "null"} in settings["anyOf"]]
    return {"anyOf": [mapping, {"type": "string", "enum": alone}]}
