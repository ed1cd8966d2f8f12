"""conf/tickets.yaml: what it says, and what is told of a wrong one."""

import pytest

from fsapp.domain.business_time import Limit
from fsapp.domain.errors import ConfigError
from fsapp.tickets.forms import FieldType
from tests.tickets.site import PLAN, TICKETS, plan


def test_a_plan_is_read() -> None:
    fault = PLAN.kinds["fault"]
    assert (fault.zh, fault.en, fault.owner, fault.calendar) == ("报修", "a fault", "repair", "")
    assert fault.levels["normal"].accept == Limit(minutes=30)
    assert (fault.levels["urgent"].accept, fault.levels["urgent"].reply) == (Limit(minutes=10), Limit(minutes=240))
    assert (fault.form["address"].required, fault.form["meter"].type) == (True, FieldType.DIGITS)
    assert (PLAN.owners["li"].is_person, PLAN.owners["repair"].is_person) == (True, False)
    assert [each.id for each in PLAN.superiors("repair")] == ["repair", "li", "director"]
    assert [each.id for each in PLAN.superiors("nobody")] == []
    assert PLAN.escalate_after == Limit(minutes=60)


def test_a_kind_that_says_no_calendar_has_that_of_all() -> None:
    assert PLAN.kinds["consult"].calendar == "business"
    assert PLAN.calendar("consult") is not None
    assert PLAN.calendar("fault") is None


def test_an_empty_file_is_a_site_without_tickets() -> None:
    assert plan("").kinds == {}


def test_what_is_not_named_is_called_by_its_key() -> None:
    found = plan("departments: {a: {name: A}}\nkinds: {street_light: {owner: a, fields: {lamp_post: digits}}}\n")
    assert (found.kinds["street_light"].zh, found.kinds["street_light"].form["lamp_post"].en) == (
        "street light",
        "lamp post",
    )


OWNER = "departments: {a: {name: A}}\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("kinds: {x: {owner: b}}\n" + OWNER, "tickets.yaml:1: there is no department and nobody 'b'; known: a"),
        (OWNER + "kinds: {x: {zh: X}}\n", "tickets.yaml:2: 'kinds.x.owner' is missing"),
        (OWNER + "kinds: {X: {owner: a}}\n", "tickets.yaml:2: 'X' is no name here: write a-z, 0-9 and _"),
        (OWNER + "calendar: night\n", "tickets.yaml:2: there is no calendar 'night'; known: business, closed"),
        (OWNER + "calendar: closed\n", "tickets.yaml:2: the calendar 'closed' is never open"),
        (OWNER + "kinds: {x: {owner: a, calendar: night}}\n", "tickets.yaml:2: there is no calendar 'night'"),
        (
            OWNER + "kinds: {x: {owner: a, limits: {accept: soon}}}\n",
            "tickets.yaml:2: 'kinds.x.limits.accept': 'soon' is",
        ),
        (OWNER + "kinds: {x: {owner: a, limits: {answer: 1h}}}\n", "there is no setting 'kinds.x.limits.answer' here"),
        (OWNER + "kinds: {x: {owner: a, fields: {f: choice}}}\n", "`choices` and `type: choice` go together"),
        (OWNER + "kinds: {x: {owner: a, fields: {f: {choices: [b]}}}}\n", "`choices` and `type: choice` go together"),
        (OWNER + "kinds: {x: {owner: a, fields: {f: colour}}}\n", "tickets.yaml:2: 'kinds.x.fields.f.type'"),
        (OWNER + "kinds: {x: {owner: a, fields: {F: text}}}\n", "'F' is no name here"),
        (OWNER + "kinds: {x: {owner: a, levels: {V I P: {}}}}\n", "'V I P' is no name here"),
        (OWNER + "people: {a: {name: B}}\n", "tickets.yaml:2: 'a' is a department already"),
        (OWNER + "people: {b: {name: B, department: c}}\n", "there is no department 'c'; known: a"),
        (OWNER + "people: {b: {name: B, superior: c}}\n", "there is no department and nobody 'c'; known: a, b"),
        (OWNER + "people: {b: {name: B, mail: b}}\n", "'b' is no mail address"),
        (
            "departments:\n  a: {name: A, superior: b}\n  b: {name: B, superior: a}\n",
            "tickets.yaml:2: 'a' is among its own superiors",
        ),
        (OWNER + "escalate_after: 1x\n", "'escalate_after': '1x' is no time limit"),
        (OWNER + "owners: {}\n", "there is no setting 'owners' here; known: calendar, escalate_after"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, problem: str) -> None:
    with pytest.raises(ConfigError) as raised:
        plan(text)
    assert problem in "\n".join(map(str, raised.value.problems))


def test_everything_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(ConfigError) as raised:
        plan(TICKETS.replace("owner: repair", "owner: nobody").replace("calendar: business", "calendar: night"))
    assert [each.line for each in raised.value.problems] == [2, 16]
