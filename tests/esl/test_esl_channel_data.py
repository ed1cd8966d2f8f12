"""From the answer to `connect` to a Call: what callers write stays text."""

from datetime import UTC, datetime

from fsapp.esl import channel_data
from fsapp.esl.wire import Parser
from tests.esl.fake_switch import CHANNEL_DATA, UUID, said_by_switch

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def data_of(stream: bytes) -> dict[str, str]:
    return dict(next(Parser().feed(stream)).headers)


def test_a_call_has_its_numbers_its_name_its_trunk_and_the_time() -> None:
    call = channel_data.call(data_of(CHANNEL_DATA), NOW)
    assert (call.uuid, call.ani, call.dnis, call.caller_name) == (UUID, "13800138000", "95598", "Zhang Wei")
    assert (call.trunk, call.arrived_at, call.recovered) == ("trunks", NOW, False)


def test_a_gateway_is_the_trunk_rather_than_its_profile() -> None:
    call = channel_data.call(data_of(CHANNEL_DATA) | {"variable_sip_gateway_name": "carrier"}, NOW)
    assert call.trunk == "carrier"


def test_the_list_of_a_carriers_addresses_is_the_trunk_before_all() -> None:
    variables = {"variable_sip_acl_authed_by": "pstn", "variable_sip_gateway_name": "carrier"}
    assert channel_data.call(data_of(CHANNEL_DATA) | variables, NOW).trunk == "pstn"


def test_a_call_taken_up_again_after_a_restart_of_the_switch_says_so() -> None:
    assert channel_data.call(data_of(CHANNEL_DATA) | {"variable_recovered": "true"}, NOW).recovered


def test_forged_headers_in_name_x_header_and_sdp_of_a_real_invite_stay_text() -> None:
    """`%0AUnique-ID: 2222-spoof` in the display name and an X-header, `%0AUnique-ID: 3333` in an SDP line."""
    stream = said_by_switch("forged_headers")
    assert b"2222-spoof" in stream
    assert b"3333" in stream
    data = data_of(stream)
    call = channel_data.call(data, NOW)
    assert call.caller_name == "Zhang Unique-ID: 2222-spoof variable_is_vip: true"
    assert call.dnis == "95598"
    assert call.uuid == data["Channel-Call-UUID"]
    assert not {"forged", "variable_is_vip", "variable_pin_ok", "a=evil"} & set(data)


def test_bytes_that_are_no_utf_8_in_a_real_invite_become_replacement_characters() -> None:
    assert channel_data.call(data_of(said_by_switch("bytes_that_are_no_text")), NOW).ani == "138\ufffd\ufffd0"


def test_control_characters_and_endless_texts_do_not_get_through() -> None:
    data = data_of(CHANNEL_DATA) | {"Caller-Caller-ID-Name": "a\x1b[31m\nb\u2028c" + "x" * 1000}
    name = channel_data.call(data, NOW).caller_name
    assert name.startswith("a [31m b c")
    assert len(name) == channel_data.MAX_TEXT


def test_channel_data_without_any_of_it_still_give_a_call() -> None:
    call = channel_data.call({"Unique-ID": UUID}, NOW)
    assert (call.ani, call.dnis, call.trunk) == ("", "", "")
