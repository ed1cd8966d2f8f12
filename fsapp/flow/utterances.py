"""What a `Prompt` field becomes when it is heard: the one place where steps turn words into audio."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import TypeVar

from fsapp.domain.errors import MediaError
from fsapp.domain.leg import PlayEnd, Utterance
from fsapp.flow.context import Context
from fsapp.flow.references import prompt_name
from fsapp.flow.sensitive import is_secret, shown
from fsapp.flow.templates import Text
from fsapp.flow.unrecorded import unrecorded

T = TypeVar("T")


def utterance(ctx: Context, words: Text) -> Utterance:
    """A prompt of the catalogue by its name, or the words as they are in this call. Raises MediaError."""
    name = prompt_name(words)
    if name is not None:
        return ctx.ports.voice.prompt(name, ctx.language)
    text = words.text(ctx)
    if not is_secret(ctx, words):
        return ctx.ports.voice.say(text, ctx.language)
    try:
        return ctx.ports.voice.whisper(text, ctx.language)
    except MediaError:  # the error may hold the words
        raise MediaError(f"{words.source!r} cannot be said") from None


def speak(ctx: Context, words: Text, *, barge_in: bool = False) -> None:
    """Says or plays `words` and notes what was heard. Raises MediaError rather than leave silence."""
    spoken = utterance(ctx, words)
    ctx.note(said=shown(ctx, words, spoken.text))
    with unrecorded(ctx) if is_secret(ctx, words) else nullcontext():
        play(ctx, (spoken,), barge_in=barge_in)


def play(ctx: Context, utterances: tuple[Utterance, ...], *, barge_in: bool = False) -> None:
    """Plays utterances one after another. Raises MediaError where the switch cannot open one."""
    heard(ctx, utterances, lambda: _played(ctx, utterances, barge_in))


def heard(ctx: Context, utterances: tuple[Utterance, ...], attempt: Callable[[], T | None]) -> T:
    """What comes of an `attempt` to play, which gives None where the switch cannot open an utterance: then once more,
    if one was missing on disk and is there again. Raises MediaError.
    """
    if len(utterances) > 1:  # of several, FreeSWITCH passes over a missing one in silence (mod_file_string)
        _restored(ctx, utterances)
    outcome = attempt()
    if outcome is None and _restored(ctx, utterances):
        outcome = attempt()
    if outcome is None:
        raise MediaError(f"the switch cannot play {', '.join(spoken.path for spoken in utterances)}")
    return outcome


def _played(ctx: Context, utterances: tuple[Utterance, ...], barge_in: bool) -> PlayEnd | None:
    end = ctx.leg.play(utterances, barge_in=barge_in)
    return None if end is PlayEnd.UNPLAYABLE else end


def _restored(ctx: Context, utterances: tuple[Utterance, ...]) -> bool:
    """Whether one of them was missing and is there again."""
    return any([ctx.ports.voice.restore(each) for each in utterances])
