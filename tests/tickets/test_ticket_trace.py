"""The path of a ticket, and its picture."""

from datetime import timedelta
from xml.dom.minidom import parseString

import pytest

from fsapp.domain.ticket import Action, Clock
from fsapp.server.ticket_picture import A_ROW, picture
from fsapp.tickets.trace import Standing, trace
from tests.tickets.site import PLAN, ZONE, Case


def test_every_action_is_a_step_and_what_is_awaited_the_last() -> None:
    case = Case("complaint").to(Action.ACCEPT)
    case.do(Action.DISPATCH, after=timedelta(minutes=5), to="li")
    steps = trace(PLAN, case.events, case.now + timedelta(minutes=30))
    assert [step.action for step in steps] == [Action.OPEN, Action.ACCEPT, Action.DISPATCH, None]
    assert [step.took for step in steps] == [timedelta(minutes=each) for each in (0, 1, 5, 30)]
    assert (steps[-1].owner, steps[-1].worker, steps[-1].standing) == ("service", "li", Standing.NOW)
    assert steps[-1].due is not None
    assert steps[-1].due.clock is Clock.REPLY


def test_a_closed_ticket_awaits_nothing() -> None:
    case = Case("consult").to(Action.CLOSE)
    assert [step.action for step in trace(PLAN, case.events, case.now)] == [Action.OPEN, Action.CLOSE]


def test_what_came_late_is_late_by_open_time() -> None:
    case = Case("complaint")
    case.do(Action.ACCEPT, after=timedelta(hours=4))  # two hours of lunch and an hour and a half of work too late
    late = trace(PLAN, case.events, case.now)[1]
    assert (late.standing, late.late, late.took) == (Standing.LATE, timedelta(minutes=120), timedelta(minutes=150))


def test_a_note_or_an_urging_is_late_with_nothing() -> None:
    case = Case("complaint")
    case.do(Action.URGE, after=timedelta(hours=7))
    case.do(Action.NOTE)
    assert [step.standing for step in trace(PLAN, case.events, case.now)] == ["done", "done", "done", "late"]


def test_a_revisit_says_what_came_of_it() -> None:
    case = Case("complaint").to(Action.ACCEPT, Action.REPLY, Action.REVISIT)
    assert trace(PLAN, case.events, case.now)[3].revisit == "satisfied"


def test_a_ticket_without_events_has_no_path() -> None:
    with pytest.raises(ValueError, match="has no path"):
        trace(PLAN, (), Case().now)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_picture_has_a_box_for_each_step(language: str) -> None:
    case = Case("complaint", text="服务态度不好 <script>alert(1)</script>").to(Action.ACCEPT)
    case.do(Action.TRANSFER, after=timedelta(hours=7), why="属 & 抢修")
    case.to(Action.ACCEPT, Action.REPLY, Action.REVISIT)
    steps = trace(PLAN, case.events, case.now)
    svg = picture(case.ticket, steps, PLAN, ZONE, language)
    document = parseString(svg)  # noqa: S318 -- our own
    assert len(document.getElementsByTagName("g")) == len(steps) == 7
    assert "<script" not in svg
    assert svg.count("#b3261e") > 1
    words = {"zh": ("投诉: 已回复", "转办", "超时"), "en": ("a complaint: answered", "transferred", "late with")}
    assert all(each in svg for each in words[language])
    [root] = document.getElementsByTagName("svg")
    assert int(root.getAttribute("width")) <= A_ROW * 250 + 50
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")
