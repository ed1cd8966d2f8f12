"""Signing in: whose PIN, at which phone, and what guessing leads to."""

from fsapp.acd import events
from fsapp.acd.events import AgentSignedIn
from fsapp.desk.pin_guard import FIRST_REST, LONGEST_REST, TRIES
from tests.desk.room import BOSS, HAN, LILEI, PHONES, PIN, Room, words

WRONG = "9999"
ASK = "desk_ask_pin"


def signed_in(room: Room) -> bool:
    agent = room.agent(LILEI)
    return agent is not None and agent.signed_in


def test_two_wrong_pins_and_a_right_one_sign_in() -> None:
    room = Room().open()
    visited = room.dial(f"*11{LILEI}", f"{WRONG}# {WRONG}# {PIN}#")
    said = (ASK, "desk_no_wrong_pin", ASK, "desk_no_wrong_pin", ASK, "desk_signed_in")
    assert visited.heard == words(said, "zh")
    assert signed_in(room)


def test_three_wrong_pins_are_the_end_of_the_call_and_nothing_has_changed() -> None:
    room = Room().open()
    visited = room.dial(f"*11{LILEI}", f"{WRONG}# {WRONG}# {WRONG}# {PIN}#")
    said = (ASK, "desk_no_wrong_pin", ASK, "desk_no_wrong_pin", ASK, "desk_no_resting")
    assert visited.heard == words(said, "zh")
    assert visited.outcome == "resting"
    assert room.told == []


def test_an_unknown_number_is_answered_as_a_wrong_pin_is() -> None:
    known, unknown = Room().open(), Room().open()
    script = f"{WRONG}# {WRONG}# {WRONG}#"
    assert known.dial(f"*11{LILEI}", script).heard == unknown.dial("*117777", script).heard
    again = known.dial(f"*11{LILEI}", f"{PIN}#").heard
    assert again == unknown.dial("*117777", f"{PIN}#").heard == words(["desk_no_resting"], "zh")


def test_an_agent_without_a_pin_cannot_sign_in() -> None:
    room = Room(pin_hash="").open()
    room.dial(f"*11{LILEI}", "# # #")
    assert room.dial(f"*11{LILEI}", f"{PIN}# {PIN}# {PIN}#").outcome == "resting"


def test_the_number_rests_at_every_phone_and_the_phone_for_every_number() -> None:
    room = Room().open()
    room.dial(f"*11{LILEI}", f"{WRONG}# {WRONG}# {WRONG}#")
    assert room.dial(f"*11{LILEI}", f"{PIN}#", phone="8005").outcome == "resting"
    assert room.dial(f"*11{HAN}", f"{PIN}#").outcome == "resting"
    assert room.dial(f"*11{HAN}", f"{PIN}#", phone="8005").outcome == "done"


def test_each_rest_is_longer_than_the_one_before() -> None:
    room = Room().open()
    rest = FIRST_REST
    while rest < LONGEST_REST:
        for _ in range(TRIES):
            room.pins.failed(LILEI, "8001", room.clock.monotonic())
        assert room.pins.rests(LILEI, "8001", room.clock.monotonic()) == rest
        room.clock.advance(rest)
        assert not room.pins.rests(LILEI, "8001", room.clock.monotonic())
        rest *= 2


def test_after_the_rest_the_right_pin_signs_in_and_all_is_forgotten() -> None:
    room = Room().open()
    room.dial(f"*11{LILEI}", f"{WRONG}# {WRONG}# {WRONG}#")
    room.clock.advance(FIRST_REST)
    assert room.dial(f"*11{LILEI}", f"{PIN}#").outcome == "done"
    room.dial("*10")
    assert room.dial(f"*11{LILEI}", f"{WRONG}# {WRONG}# {PIN}#").outcome == "done"


def test_who_signs_in_elsewhere_leaves_the_other_phone() -> None:
    room = Room().open().enter(LILEI)
    visited = room.dial(f"*11{LILEI}", f"{PIN}#", phone="8005")
    assert visited.heard[1:3] == words(["desk_signed_in", "desk_moved_from"], "zh")
    moved = room.agent_at("8005")
    assert moved is not None
    assert moved.id == LILEI
    assert room.agent_at(PHONES[LILEI]) is None


def test_nobody_moves_away_from_a_talk() -> None:
    room = Room().open().enter(LILEI, "talk")
    assert room.dial(f"*11{LILEI}", f"{PIN}#", phone="8005").outcome == "in_talk"
    assert room.agent_at("8005") is None
    assert room.state(LILEI) == "talking"


def test_two_agents_are_never_at_one_phone() -> None:
    room = Room().open().enter(HAN)
    visited = room.dial(f"*11{LILEI}", f"{PIN}#", phone=PHONES[HAN])
    assert visited.heard == words(["desk_no_phone_taken"], "zh")
    assert room.dial(f"*11{HAN}", phone=PHONES[HAN]).outcome == "signed_in_here"


def test_somebody_who_signed_in_while_the_pin_was_keyed_keeps_the_phone() -> None:
    room = Room().open()
    visited = room.dial(f"*11{LILEI}", f"{PIN}#", meanwhile=lambda: room.handle(AgentSignedIn(HAN, "8001")))
    assert visited.outcome == "phone_taken"
    assert not signed_in(room)


def test_nothing_is_offered_to_a_phone_before_the_call_that_signs_in_is_over() -> None:
    room = Room().open()
    room.handle(events.ContactArrived("waiting", "service"))
    room.dial(f"*11{LILEI}", f"{PIN}#")
    assert room.offered == []
    assert room.state(LILEI) == "offered"


def test_who_hangs_up_in_the_middle_has_changed_nothing() -> None:
    room = Room().open()
    visited = room.dial(f"*11{LILEI}", "hangup")
    assert visited.ended
    assert visited.outcome == "broken_off"
    assert room.told == []


def test_the_confirmation_is_in_the_agents_language_once_that_is_known() -> None:
    room = Room("en", site="zh").open()
    visited = room.dial(f"*11{LILEI}", f"{PIN}#")
    assert visited.heard == [*words([ASK], "zh"), *words(["desk_signed_in"], "en")]
    assert room.dial("*10").heard == words(["desk_signed_out"], "en")


def test_no_pin_is_seen_by_anybody() -> None:
    room = Room().open()
    visited = room.dial("*11", f"{LILEI}# {PIN}#")
    assert not any(PIN in str(fields) for _, fields in visited.journal.events)
    assert not any(PIN in keys for keys in visited.keys)


def test_a_pin_that_was_dialled_is_refused_and_kept_nowhere() -> None:
    room = Room().open()
    visited = room.dial(f"*11{LILEI}*{PIN}")
    assert visited.heard == words(["desk_no_too_many_keys"], "zh")
    assert not any(PIN in str(fields) for _, fields in visited.journal.events)
    assert visited.journal.of("CallArrived")[0]["dnis"] == "*11"


def test_a_supervisors_codes_work_after_signing_in() -> None:
    room = Room().open()
    assert room.dial("*901", phone=PHONES[BOSS]).outcome == "not_signed_in"
    room.dial(f"*11{BOSS}", f"{PIN}#", phone=PHONES[BOSS])
    assert room.dial("*901", phone=PHONES[BOSS]).outcome == "done"


def test_nobody_signs_in_at_a_phone_that_the_switch_has_not_proved() -> None:
    room = Room().open()
    assert room.dial(f"*11{LILEI}", f"{PIN}#", phone="").outcome == "failed"
    assert not signed_in(room)
