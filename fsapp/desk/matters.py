"""Which function does what a code stands for: dialled, and keyed in a talk."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from fsapp.desk import (
    announcing,
    calling,
    floor_keeping,
    holding,
    messages,
    noting,
    opening_tickets,
    prompt_recording,
    readiness,
    reading_back,
    signing,
    supervising,
    transferring,
)
from fsapp.desk.in_talk import InTalk
from fsapp.desk.seat import Answers, Seat
from fsapp.desk.speaking import Sentence
from fsapp.desk.visit import Visit

_EITHER: Mapping[str, Callable[[Seat, Answers], Sentence]] = MappingProxyType(
    {
        "sign_out": signing.sign_out,
        "ready": readiness.ready,
        "busy": readiness.busy,
        "away": readiness.away,
        "disposition": noting.disposition,
        "wrap_up_code": noting.wrap_up_code,
        "ticket": noting.ticket,
    }
)

DIALLED: Mapping[str, Callable[[Visit, Answers], Sentence]] = MappingProxyType(
    {
        **_EITHER,
        "sign_in": signing.sign_in,
        "end_wrap_up": readiness.end_wrap_up,
        "extend_wrap_up": readiness.extend_wrap_up,
        "answer_mode": readiness.answer_mode,
        "ready_mode": readiness.ready_mode,
        "my_state": reading_back.my_state,
        "status": reading_back.status,
        "last_caller": reading_back.last_caller,
        "internal_call": calling.internal_call,
        "outside_call": calling.outside_call,
        "pick": calling.pick,
        "new_ticket": opening_tickets.of_last_contact,
        "messages": messages.hear,
        "listen": supervising.listen,
        "whisper": supervising.whisper,
        "barge": supervising.barge,
        "take_over": supervising.take_over,
        "agent_state": floor_keeping.agent_state,
        "agent_skill": floor_keeping.agent_skill,
        "close_queue": floor_keeping.close_queue,
        "open_queue": floor_keeping.open_queue,
        "announce": announcing.announce,
        "record_prompts": prompt_recording.record_prompts,
    }
)

IN_TALK: Mapping[str, Callable[[InTalk, Answers], Sentence]] = MappingProxyType(
    {
        **_EITHER,
        "hold": holding.hold,
        "new_ticket": opening_tickets.of_this_call,
        "take_back": holding.take_back,
        "ask_help": holding.ask_help,
        "send_keys": holding.send_keys,
        "play_prompt": holding.play_prompt,
        "play_knowledge": holding.play_knowledge,
        "fax": holding.fax,
        "transfer_agent": transferring.transfer_agent,
        "transfer_queue": transferring.transfer_queue,
        "transfer_number": transferring.transfer_number,
        "transfer_label": transferring.transfer_label,
        "visit_label": transferring.visit_label,
        "consult_agent": transferring.consult_agent,
        "consult_queue": transferring.consult_queue,
        "consult_number": transferring.consult_number,
        "cancel_consult": transferring.cancel_consult,
        "complete_transfer": transferring.complete_transfer,
        "conference": transferring.conference,
        "start_recording": noting.start_recording,
        "mask_recording": noting.mask_recording,
        "unmask_recording": noting.unmask_recording,
        "stop_recording": noting.stop_recording,
    }
)
