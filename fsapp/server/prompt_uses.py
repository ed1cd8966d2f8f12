"""Who says which prompt: flows, queues, the desk of agents' phones, and the engine itself."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from fsapp.desk import prompts as desk_prompts
from fsapp.domain.desk import ListName
from fsapp.flow.announcing import ANNOUNCEMENTS
from fsapp.flow.model import Flows
from fsapp.flow.references import Refers, references
from fsapp.server import queue_files
from fsapp.server.site_files import SiteFiles

_LISTS = (ListName.PROMPT, ListName.KNOWLEDGE)


@dataclass(frozen=True, slots=True, order=True)
class PromptUse:
    """One place. `flow` is empty where it is none's; `line` is 0 where no file says so."""

    who: str
    """`flow power_hotline, label main`, `queue service`, `desk`, `engine`."""
    flow: str = ""
    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        return f"{self.who} ({self.file}:{self.line})" if self.line else self.who


def uses(files: SiteFiles) -> Mapping[str, Sequence[PromptUse]]:
    """The uses of each prompt that has any, by name."""
    found: dict[str, set[PromptUse]] = defaultdict(set)
    for name, use in (*_in_flows(files.plan.flows), *_elsewhere(files)):
        found[name].add(use)
    return {name: sorted(each) for name, each in found.items()}


def _in_flows(flows: Flows) -> Iterator[tuple[str, PromptUse]]:
    for flow in flows.values():
        for label, steps in flow.labels.items():
            for step in steps:
                who = PromptUse(f"flow {flow.name}, label {label}", flow.name, flow.file, step.line)
                yield from ((each.name, who) for each in references(step.params) if each.to is Refers.PROMPT)


def _elsewhere(files: SiteFiles) -> Iterator[tuple[str, PromptUse]]:
    for queue, settings in files.queues.items():
        yield from ((name, PromptUse(f"queue {queue}")) for name in queue_files.prompts_of(settings).values())
    for of in _LISTS:
        yield from ((each.name, PromptUse("desk")) for each in files.desk.lists.get(of, {}).values())
    if files.desk.codes:
        yield from ((name, PromptUse("desk")) for name in desk_prompts.NAMES)
    yield from ((name, PromptUse("engine")) for name in ANNOUNCEMENTS)
