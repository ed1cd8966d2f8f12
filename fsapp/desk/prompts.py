"""The prompts of the desk, which every catalogue has: its questions, its refusals, and what is said of what was done.

Values come last in a sentence, so that a prompt is a text as it stands: `desk_status_waiting`, then a number.
"""

from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum

from fsapp.acd.agents import Rest
from fsapp.desk.codes import Asks
from fsapp.domain.desk import Placed
from fsapp.domain.errors import Problem
from fsapp.domain.talk import Refusal

_SHOWN = 5


class Said(StrEnum):
    """What is said of what was done, by the name of its prompt."""

    BEEP = "beep"
    CANCELLED = "desk_cancelled"

    SIGNED_IN = "desk_signed_in"
    SIGNED_IN_NOT_READY = "desk_signed_in_not_ready"
    MOVED_FROM = "desk_moved_from"
    SIGNED_OUT = "desk_signed_out"
    SIGNS_OUT_AFTER = "desk_signs_out_after"
    READY = "desk_ready"
    READY_AFTER = "desk_ready_after"
    BUSY = "desk_busy"
    BUSY_AFTER = "desk_busy_after"
    AWAY = "desk_away"
    AWAY_AFTER = "desk_away_after"
    WRAP_UP_ENDED = "desk_wrap_up_ended"
    WRAP_UP_EXTENDED = "desk_wrap_up_extended"
    ANSWER_AUTOMATIC = "desk_answer_automatic"
    ANSWER_MANUAL = "desk_answer_manual"
    READY_AUTOMATIC = "desk_ready_automatic"
    READY_MANUAL = "desk_ready_manual"

    STATE_AVAILABLE = "desk_state_available"
    STATE_OFFERED = "desk_state_offered"
    STATE_TALKING = "desk_state_talking"
    STATE_OTHER_CALL = "desk_state_other_call"
    STATE_WRAP_UP = "desk_state_wrap_up"
    STATE_ON_BREAK = "desk_state_on_break"
    SINCE = "desk_since"
    CALLS_TAKEN = "desk_calls_taken"
    STATUS_ON_DUTY = "desk_status_on_duty"
    STATUS_READY = "desk_status_ready"
    STATUS_AWAY = "desk_status_away"
    STATUS_WAITING = "desk_status_waiting"
    LAST_CALLER = "desk_last_caller"
    LAST_CALLER_WITHHELD = "desk_last_caller_withheld"
    LAST_QUEUE = "desk_last_queue"
    LAST_ENDED = "desk_last_ended"
    CONNECTING = "desk_connecting"
    MESSAGES_NEW = "desk_messages_new"
    MESSAGES_SAVED = "desk_messages_saved"
    MESSAGES_END = "desk_messages_end"
    MESSAGE_URGENT = "desk_message_urgent"
    MESSAGE_CHOICES = "desk_message_choices"
    MESSAGE_KEPT = "desk_message_kept"
    MESSAGE_DELETED = "desk_message_deleted"

    LISTENING = "desk_listening"
    WHISPERING = "desk_whispering"
    BARGING = "desk_barging"
    AGENT_READY = "desk_agent_ready"
    AGENT_BUSY = "desk_agent_busy"
    AGENT_SIGNED_OUT = "desk_agent_signed_out"
    SKILL_SET = "desk_skill_set"
    SKILL_TAKEN = "desk_skill_taken"
    QUEUE_CLOSED = "desk_queue_closed"
    QUEUE_OPENED = "desk_queue_opened"
    RECORD_ANNOUNCEMENT = "desk_record_announcement"
    ANNOUNCEMENT_CHECK = "desk_announcement_check"
    ANNOUNCEMENT_SENT = "desk_announcement_sent"
    PROMPT_NOW = "desk_prompt_now"
    RECORD_PROMPT = "desk_record_prompt"
    PROMPT_CHECK = "desk_prompt_check"
    PROMPT_ACCEPTED = "desk_prompt_accepted"
    PROMPT_DROPPED = "desk_prompt_dropped"
    PROMPTS_END = "desk_prompts_end"

    HELD = "desk_held"
    HELP_CALLED = "desk_help_called"
    CONSULT_ENDED = "desk_consult_ended"
    CONFERENCE = "desk_conference"
    RECORDING_START = "desk_recording_start"
    RECORDING_MASK = "desk_recording_mask"
    RECORDING_UNMASK = "desk_recording_unmask"
    RECORDING_STOP = "desk_recording_stop"
    NOTED = "desk_noted"


def question(asks: Asks) -> str:
    """The prompt that asks for something."""
    return f"desk_ask_{asks.value}"


def refusal(why: Refusal) -> str:
    """The prompt that says why not."""
    return f"desk_no_{why.value}"


def rest(reason: Rest) -> str:
    """The prompt that names a break which the dispatcher gave."""
    return f"desk_rest_{reason.value}"


NAMES: tuple[str, ...] = (
    *(each.value for each in Said),
    *map(question, Asks),
    *map(refusal, Refusal),
    *map(rest, Rest),
)


def problems(catalogue: Mapping[str, Collection[str]], languages: Collection[str], place: Placed) -> Iterator[Problem]:
    """What agents could not hear in these languages; told where the desk is set up."""
    for language in sorted(set(languages) & set(catalogue)):
        missing = [name for name in NAMES if name not in catalogue[language]]
        if missing:
            more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
            names = ", ".join(missing[:_SHOWN]) + more
            yield Problem(place.file, place.line, f"the desk needs prompts that are missing for {language!r}: {names}")
