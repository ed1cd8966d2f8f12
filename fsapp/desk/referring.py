"""The number that an agent gives to the telephone's own transfer button, as a code for the same: one set of rules."""

from fsapp.desk.codes import Code
from fsapp.desk.key_reader import Command, Miskeyed, Reading
from fsapp.desk.plan import DeskPlan
from fsapp.desk.ports import Floor
from fsapp.desk.typed import split
from fsapp.domain.desk import ListName
from fsapp.domain.talk import Refusal

HAND_OVER = "complete_transfer"

_TRANSFERS = frozenset({"transfer_agent", "transfer_queue", "transfer_number", "transfer_label"})


def reading(plan: DeskPlan, floor: Floor, number: str) -> Reading:
    """A transfer's code with its answers; else an agent, by number or phone; a queue of the site; an outside number."""
    code = plan.dialled(number)
    if code is not None and code.name in _TRANSFERS:
        return _coded(plan, code, number)
    if not number:
        return Miskeyed(number, Refusal.INCOMPLETE)
    if floor.agent(number) is not None:
        return _command(plan, "transfer_agent", number)
    if (there := floor.agent_at(number)) is not None:
        return _command(plan, "transfer_agent", there.id)
    if number in plan.lists.get(ListName.QUEUE, {}):
        return _command(plan, "transfer_queue", number)
    return _command(plan, "transfer_number", number)


def _coded(plan: DeskPlan, code: Code, number: str) -> Reading:
    answers = split(number[len(code.keys) :], plan.shapes(code.asks))
    if answers is None or len(answers) < len(code.asks):
        return Miskeyed(number, Refusal.INCOMPLETE)
    return Command(code, answers)


def _command(plan: DeskPlan, name: str, answer: str) -> Reading:
    """What the site does without on the phone, its button does not do either."""
    code = plan.code(name)
    return Command(code, (answer,)) if code else Miskeyed(answer, Refusal.UNKNOWN_CODE)
