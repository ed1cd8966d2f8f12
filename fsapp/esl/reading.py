"""What came of a `play_and_get_digits` with one attempt (switch_ivr_play_say.c, switch_ivr_read)."""

from fsapp.domain.leg import CollectKeys, KeysCollected, KeysEnd
from fsapp.esl import keys
from fsapp.esl.arguments import Variable
from fsapp.esl.channel import Completed
from fsapp.esl.events import Event
from fsapp.esl.keys import Reading

KEYS_VARIABLES = (Variable.FSAPP_KEYS, Variable.FSAPP_KEYS_INVALID, Variable.READ_TERMINATOR_USED)
"""Sticky: to be unset before each read."""


def outcome(completed: Completed, request: CollectKeys, typed: str) -> Reading:
    """Puts together what was typed ahead, what slipped by before the read began, and what it read.

    Without a result where a belated terminator ended the read: what is left is to be read on from.
    """
    event = completed.event
    digits = event.variable(Variable.FSAPP_KEYS) or event.variable(Variable.FSAPP_KEYS_INVALID)
    if not digits and not event.variable(Variable.READ_RESULT):
        return Reading(KeysCollected("", KeysEnd.UNPLAYABLE), typed)
    consumed = digits.upper() + _terminator(event, digits, completed.keys, request)
    consumed = consumed.removeprefix(completed.belated)
    everything = typed + keys.ahead(completed.keys, consumed) + consumed
    reading = keys.read(everything, request)
    if reading.result is not None:
        return reading
    return Reading(None, everything) if completed.belated else Reading(keys.timed_out(everything))


def _terminator(event: Event, digits: str, pressed: str, request: CollectKeys) -> str:
    """The key that ended the read. In a read of one key it is blanked out if pressed over the prompt."""
    used = event.variable(Variable.READ_TERMINATOR_USED)
    if used or digits or event.variable(Variable.READ_RESULT) != "success":
        return used
    last = pressed[-1:]
    return last if last and last in request.terminators else request.terminators[:1]
