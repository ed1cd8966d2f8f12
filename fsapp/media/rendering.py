"""Prompts rendered ahead, so that no caller waits for them: what `fsapp prompts render` does."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from gevent.pool import Pool

from fsapp.domain.errors import MediaError
from fsapp.media.catalogue import Catalogue
from fsapp.media.speech import Voice

_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something to be heard some day; `origin` says where it is written (a prompt's name, a flow's file and line)."""

    origin: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """What became of it: `made` now or there before, or the `error`."""

    wanted: Wanted
    made: bool = False
    error: str = ""


def render_all(
    voice: Voice, wanted: Iterable[Wanted], progress: Callable[[Rendered], None] = lambda _one: None
) -> list[Rendered]:
    """Makes what is not there yet, a few at once; tells `progress` after each. A failure is a result, not an error."""
    results = []
    for result in Pool(_AT_ONCE).imap_unordered(lambda one: _rendered(voice, one), wanted, maxsize=_AT_ONCE):
        progress(result)
        results.append(result)
    return results


def catalogue_texts(catalogue: Catalogue) -> Iterator[Wanted]:
    """Every prompt of the catalogue that is spoken, not recorded."""
    for prompt in catalogue.prompts.values():
        if not prompt.recording:
            yield Wanted(prompt.name, prompt.language, prompt.text)


def _rendered(voice: Voice, wanted: Wanted) -> Rendered:
    try:
        return Rendered(wanted, made=voice.prepare(wanted.text, wanted.language))
    except MediaError as error:
        return Rendered(wanted, error=str(error))
