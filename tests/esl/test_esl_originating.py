"""A leg to place becomes the bytes of `originate`."""

from dataclasses import replace

import pytest

from fsapp.domain.arguments import DisplayName, Endpoint, Name, Number, Uuid
from fsapp.esl.originating import NewLeg, command

LEG = NewLeg(
    uuid=Uuid("aa-1"),
    endpoint=Endpoint(Number("1001"), profile=Name("phones"), domain=Name("site")),
    ring_timeout=20,
    engine=Uuid("aa"),
    call=Uuid("cc"),
)


def said(**asked: object) -> str:
    return command(replace(LEG, **asked), Uuid("dd")).decode()  # type: ignore[arg-type]


def test_an_answered_leg_is_parked_and_marked_as_the_engines() -> None:
    assert said() == (
        "bgapi originate {origination_uuid=aa-1,originate_timeout=20,ignore_early_media=true,park_timeout=60,"
        "outbound_redirect_fatal=true,bridge_filter_dtmf=true,digits_dialed_filter=.+,cc_engine=aa,cc_call=cc}"
        "sofia/phones/1001%site &park()\nJob-UUID: dd\n\n"
    )


def test_the_phone_shows_number_and_name() -> None:
    told = said(caller_number=Number("13800138000"), caller_name=DisplayName.of("张三, 户号 '12'"))
    assert ",origination_caller_id_number=13800138000,origination_caller_id_name='张三" in told
    assert told.count("'") == 2


@pytest.mark.parametrize(
    ("asked", "header"),
    [
        ({"call_info": "https://crm/1"}, "sip_h_Call-Info=<https://crm/1>;purpose=info"),
        ({"auto_answer": True}, "sip_auto_answer=true"),
        (
            {"call_info": "https://crm/1", "auto_answer": True},
            "sip_h_Call-Info=<https://crm/1>;purpose=info;answer-after=0",
        ),
    ],
)
def test_the_phone_is_told_what_to_open_and_whether_to_answer(asked: dict[str, object], header: str) -> None:
    assert f",{header}}}" in said(**asked)


@pytest.mark.parametrize("address", ["https://crm/'", "https://crm/ 1", "https://crm/,a=b", "<sip:x>", "${x}"])
def test_an_address_that_is_more_than_one_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="no address for Call-Info"):
        said(call_info=address)
