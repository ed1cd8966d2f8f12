"""What a `Prompt` field becomes when it is heard: the one place where steps turn words into audio."""

from fsapp.domain.errors import MediaError
from fsapp.domain.leg import PlayEnd, Utterance
from fsapp.flow.context import Context
from fsapp.flow.references import prompt_name
from fsapp.flow.sensitive import is_secret, shown
from fsapp.flow.templates import Text


def utterance(ctx: Context, words: Text) -> Utterance:
    """A prompt of the catalogue by its name, or the words as they are in this call. Raises MediaError."""
    name = prompt_name(words)
    if name is not None:
        return ctx.ports.voice.prompt(name, ctx.language)
    text = words.text(ctx)
    try:
        return ctx.ports.voice.say(text, ctx.language)
    except MediaError:
        if is_secret(ctx, words):  # the error may hold the words
            raise MediaError(f"{words.source!r} cannot be said") from None
        raise


def speak(ctx: Context, words: Text, *, barge_in: bool = False) -> None:
    """Says or plays `words` and notes what was heard. Raises MediaError rather than leave silence."""
    spoken = utterance(ctx, words)
    ctx.note(said=shown(ctx, words, spoken.text))
    play(ctx, (spoken,), barge_in=barge_in)


def play(ctx: Context, utterances: tuple[Utterance, ...], *, barge_in: bool = False) -> None:
    """Plays utterances one after another. Raises MediaError where the switch cannot open one."""
    if ctx.leg.play(utterances, barge_in=barge_in) is PlayEnd.UNPLAYABLE:
        raise unplayable(utterances)


def unplayable(utterances: tuple[Utterance, ...]) -> MediaError:
    """The error of utterances that the switch could not open."""
    return MediaError(f"the switch cannot play {', '.join(spoken.path for spoken in utterances)}")
