"""What each action changes, wants and refuses."""

from datetime import timedelta

import pytest

from fsapp.domain.ticket import Action, Clock, Due, Revisit, State, TicketRefused, applied, milliseconds
from fsapp.domain.ticket_opening import Opening
from fsapp.tickets.actions import decided, opened
from tests.tickets.site import NUMBER, PLAN, TUESDAY, Case, command


def at(text: str) -> int:
    hour, minute = map(int, text.split(":"))
    return milliseconds(TUESDAY.replace(hour=hour, minute=minute))


def test_a_new_ticket_is_with_the_owner_of_its_kind() -> None:
    ticket = Case("complaint", text="服务态度不好", ani="13800138000", call="c1").ticket
    assert (ticket.owner, ticket.state, ticket.version) == ("service", State.NEW, 0)
    assert (ticket.text, ticket.ani, ticket.call) == ("服务态度不好", "13800138000", "c1")
    assert (ticket.opened_by, ticket.opened_at) == ("1001", milliseconds(TUESDAY))


def test_somebody_else_may_own_a_new_ticket() -> None:
    assert Case("complaint", owner="water").ticket.owner == "water"


def test_limits_run_on_the_calendar_of_the_kind() -> None:
    ticket = Case("complaint").ticket
    assert (ticket.accept_by, ticket.reply_by) == (at("10:30"), at("12:00"))
    assert ticket.close_by == milliseconds(TUESDAY.replace(day=26, hour=17, minute=30))


def test_a_level_has_limits_of_its_own_where_it_says_so() -> None:
    ticket = Case("fault", level="urgent").ticket
    assert (ticket.accept_by, ticket.reply_by) == (at("10:10"), at("14:00"))


def test_what_is_due_next_goes_from_accepting_to_replying_to_closing() -> None:
    case = Case("complaint")
    due = [case.ticket.due]
    due += [case.do(action).due for action in (Action.ACCEPT, Action.REPLY, Action.REVISIT, Action.CLOSE)]
    closing = Due(Clock.CLOSE, milliseconds(TUESDAY.replace(day=26, hour=17, minute=30)))
    assert due == [Due(Clock.ACCEPT, at("10:30")), Due(Clock.REPLY, at("12:00")), closing, closing, None]


def test_a_new_owner_has_time_to_accept_it_and_no_more_for_the_rest() -> None:
    case = Case("complaint").to(Action.ACCEPT)
    ticket = case.do(Action.TRANSFER, after=timedelta(minutes=30), to="water")
    assert (ticket.owner, ticket.state, ticket.accepted_at) == ("water", State.NEW, None)
    assert (ticket.accept_by, ticket.reply_by) == (at("11:01"), at("12:00"))


def test_a_return_leads_back_step_by_step() -> None:
    case = Case("complaint")
    case.do(Action.TRANSFER, to="repair")
    case.do(Action.TRANSFER, to="water")
    assert [case.do(Action.RETURN).owner for _ in range(2)] == ["repair", "service"]
    with pytest.raises(TicketRefused, match="nobody gave it to 客户服务部: it cannot be returned, only transferred"):
        case.do(Action.RETURN)


def test_a_ticket_given_on_after_a_reply_wants_another_one() -> None:
    case = Case("complaint").to(Action.ACCEPT, Action.REPLY)
    ticket = case.do(Action.TRANSFER)
    assert (ticket.replied_at, ticket.reply) == (None, "")


def test_a_transfer_to_whom_it_is_with_is_refused() -> None:
    with pytest.raises(TicketRefused, match=r"it is with 客户服务部 \(service\) already"):
        Case("complaint").do(Action.TRANSFER, to="service")


def test_who_is_dispatched_stays_until_the_ticket_goes_on() -> None:
    case = Case("fault").to(Action.ACCEPT)
    assert case.do(Action.DISPATCH, to="li").worker == "li"
    assert case.do(Action.REPLY).worker == "li"
    assert case.do(Action.TRANSFER).worker == ""


def test_every_urging_is_counted_and_changes_nothing_else() -> None:
    case = Case("complaint")
    before = case.ticket
    after = case.to(Action.URGE, Action.URGE).ticket
    assert after.urged == 2
    assert (after.state, after.due, after.tell_at) == (before.state, before.due, before.tell_at)


def test_what_is_followed_is_due_when_it_is_to_be_looked_at_again() -> None:
    case = Case("consult").to(Action.ACCEPT)
    until = TUESDAY + timedelta(days=3)
    assert case.do(Action.FOLLOW, until=until).due == Due(Clock.FOLLOW, milliseconds(until))
    assert case.do(Action.FOLLOW, until=None).due is None
    assert case.do(Action.SOLVE).follow_at is None


def test_it_cannot_be_followed_until_yesterday() -> None:
    case = Case("consult").to(Action.ACCEPT)
    with pytest.raises(TicketRefused, match="is over already"):
        case.do(Action.FOLLOW, until=TUESDAY - timedelta(days=1))


def test_a_revisit_says_how_it_was_or_why_nobody_was_reached() -> None:
    case = Case("complaint").to(Action.ACCEPT, Action.REPLY)
    assert case.do(Action.REVISIT, revisit=Revisit.NO_ANSWER).revisit == "no_answer"
    assert case.do(Action.REVISIT, revisit=Revisit.SATISFIED).revisit == "satisfied"
    with pytest.raises(TicketRefused, match="`revisit` wants what came of it: satisfied, neutral"):
        case.do(Action.REVISIT, revisit=None)


def test_a_kind_that_wants_a_revisit_is_not_closed_without() -> None:
    case = Case("complaint").to(Action.ACCEPT, Action.REPLY)
    with pytest.raises(TicketRefused, match="a complaint is closed after a revisit"):
        case.do(Action.CLOSE)
    assert case.to(Action.REVISIT, Action.CLOSE).ticket.state is State.CLOSED


def test_a_result_is_the_last_word_or_else_the_reply() -> None:
    case = Case("consult").to(Action.ACCEPT)
    with pytest.raises(TicketRefused, match="`close` wants a result"):
        case.do(Action.CLOSE, why=" ")
    case.do(Action.REPLY, why="已处理")
    assert case.do(Action.CLOSE, why="").result == "已处理"


def test_what_is_settled_at_the_first_contact_is_closed_at_once() -> None:
    assert Case("consult").do(Action.CLOSE, why="当场答复").result == "当场答复"


def test_a_ticket_that_is_reopened_has_all_its_time_again() -> None:
    case = Case("complaint").to(Action.ACCEPT, Action.REPLY, Action.REVISIT, Action.CLOSE)
    ticket = case.do(Action.REOPEN, after=timedelta(hours=4))
    assert (ticket.state, ticket.reopened, ticket.revisited_at, ticket.reply) == (State.NEW, 1, None, "")
    assert ticket.due == Due(Clock.ACCEPT, at("14:34"))


@pytest.mark.parametrize("action", [Action.TRANSFER, Action.RETURN, Action.REOPEN, Action.NOTE, Action.REPLY])
def test_some_actions_want_words(action: Action) -> None:
    case = Case("consult").to(Action.ACCEPT)
    if action is Action.REOPEN:
        case.to(Action.CLOSE)
    with pytest.raises(TicketRefused, match=f"`{action}` wants words"):
        case.do(action, why="  ")


@pytest.mark.parametrize("action", [Action.TRANSFER, Action.DISPATCH])
def test_what_is_given_wants_somebody_who_takes_it(action: Action) -> None:
    case = Case("consult").to(Action.ACCEPT)
    with pytest.raises(TicketRefused, match="wants a department or a person; known: service, repair, water"):
        case.do(action, to="")
    with pytest.raises(TicketRefused, match="there is nobody 'nobody' here; known: service"):
        case.do(action, to="nobody")


@pytest.mark.parametrize(
    ("opening", "sentence"),
    [
        (Opening("praises"), "there is no kind of ticket 'praises'; known: consult, fault, complaint"),
        (Opening("complaint", owner="nobody"), "there is nobody 'nobody' here"),
        (Opening("complaint", level="urgent"), "a complaint has no level 'urgent'; known: normal"),
        (Opening("fault"), r"fault: the field 'address' \(地址\) must be filled in"),
        (
            Opening("fault", fields={"address": "x", "mater": "1"}),
            "there is no field 'mater' in it; known: address, meter",
        ),
        (Opening("fault", fields={"address": "x", "meter": "M1"}), "'meter' is 'M1'; it is digits alone"),
        (Opening("complaint", text="x" * 4001), "longer than 4000 characters"),
    ],
)
def test_what_cannot_be_opened_is_told_in_a_sentence(opening: Opening, sentence: str) -> None:
    with pytest.raises(TicketRefused, match=sentence):
        opened(PLAN, NUMBER, opening, "1001", TUESDAY)


@pytest.mark.parametrize("who", ["", " ", "a\nb", "x" * 61])
def test_somebody_does_it(who: str) -> None:
    with pytest.raises(TicketRefused, match="who does it is to be one line"):
        opened(PLAN, NUMBER, Opening("consult"), who, TUESDAY)


def test_attachments_add_up() -> None:
    case = Case("consult", attachments=("a.wav",)).to(Action.ACCEPT)
    assert case.do(Action.NOTE, attachments=("b.tif",)).attachments == ("a.wav", "b.tif")


def test_a_ticket_whose_kind_is_gone_can_still_be_finished() -> None:
    case = Case("complaint")
    ticket = case.ticket
    other = PLAN.__class__({}, PLAN.owners, PLAN.calendars)
    for action in (Action.ACCEPT, Action.REPLY, Action.CLOSE, Action.REOPEN, Action.TRANSFER):
        ticket = applied(ticket, decided(other, ticket, command(action, case.now)))
    assert (ticket.owner, ticket.due) == ("water", None)


def test_an_event_that_does_not_follow_is_refused() -> None:
    case = Case("consult").to(Action.ACCEPT)
    with pytest.raises(ValueError, match="does not follow"):
        applied(case.ticket, case.events[1])
