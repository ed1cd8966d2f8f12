"""One call, cut once: at each position of each frame of a call that went well."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from gevent.pool import Pool

from tests.faults.checker import Undisturbed, violations
from tests.faults.house import House, Plot
from tests.faults.people import Customer
from tests.faults.wires import Cut, Frame, How, Where

FLOW = """
main:
  - say: "您好"
  - menu: {prompt: ask_menu, on: {1: account, timeout: main, invalid: main}}
account:
  - collect: {into: account, prompt: ask_account, digits: 4, attempts: 3, on: {failed: agent}}
  - goto: agent
agent:
  - enqueue: {queue: service, on: {failed: goodbye}}
  - survey: {question: ask_rating, keys: 1-5}
  - goto: goodbye
goodbye:
  - play: goodbye
  - hangup
"""
ANSWERS = {"ask_menu": "1", "ask_account": "1234", "ask_rating": "5"}
CALL = "5a17b2c4-0000-4000-8000-000000000001"
AT_A_TIME = 16
PATIENCE = 45.0
"""Seconds for a call to end, sixteen at a time, on a machine that has much else to do; alone it takes two."""
STALL_SECONDS = 8.0
"""What a busy machine may take to turn round, and no caller would have to hear on a machine of its own."""


def cuts(frames: Sequence[Frame]) -> Iterator[Cut]:
    """Every position of every frame, in both ways."""
    for frame in frames:
        for where in Where:
            if where in (Where.BEHIND_HEADERS, Where.IN_BODY) and not frame.body:
                continue
            for how in How:
                yield Cut(frame.link, frame.number, frame.way, frame.index, where, how)


def whole(folder: Path, template: Path) -> tuple[Frame, ...]:
    """The frames of a call that nobody cuts."""
    house = House(folder, Plot(FLOW), template)
    try:
        house.open()
        found = _told(house)
        assert not found, found
        return (*house.calls.seen, *house.client.seen)
    finally:
        house.close()


def all_cut(folder: Path, planned: Sequence[Cut], template: Path) -> tuple[int, list[str]]:
    """How many cuts struck, and what was wrong after any of them. A call that went another way has fewer frames."""
    struck = 0
    wrong: list[str] = []

    def run(number: int, cut: Cut) -> None:
        nonlocal struck
        came, found = _cut_short(folder / str(number), cut, template)
        struck += came
        wrong.extend(f"{cut}: {each}" for each in found)

    with Undisturbed() as process:
        pool = Pool(AT_A_TIME)
        for number, cut in enumerate(planned):
            pool.spawn(partial(run, number, cut))
        pool.join(raise_error=True)
    return struck, wrong + process.violations()


def _cut_short(folder: Path, cut: Cut, template: Path) -> tuple[int, list[str]]:
    house = House(folder, Plot(FLOW), template)
    relay = house.calls if cut.link == "call" else house.client
    relay.fate = lambda frame: cut if cut.strikes(frame) else None
    try:
        house.open()
        wrong = _told(house)
        return relay.cuts, wrong
    finally:
        house.close()


def _told(house: House) -> list[str]:
    """What is wrong when the customer's call is over: who was cut off has been served to the end all the same, once."""
    customer = Customer(ANSWERS)
    house.call(customer, CALL)
    found = [] if house.wait(PATIENCE) else [f"the call does not end: {sorted(house.switch.channels)} {house.busy()}"]
    found += violations(house.evidence(silence_seconds=STALL_SECONDS / house.plot.pace.media))
    if customer.cause != "NORMAL_CLEARING" or customer.prompts[-1:] != ["goodbye"]:
        found.append(f"the caller heard {customer.prompts} and was let go with {customer.cause}")
    if len(customer.talks) != 1:
        found.append(f"the caller talked {len(customer.talks)} times")
    return found
