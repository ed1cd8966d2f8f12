"""conf/queues.yaml as a part of the site: read, and checked against what else the site has."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from fsapp.acd import settings as acd
from fsapp.acd.settings import Queues, QueueSettings
from fsapp.domain.errors import Problem
from fsapp.files import places
from fsapp.files.places import Document
from fsapp.files.places import Path as Place
from fsapp.flow.spelling import hint
from fsapp.media.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class QueueFile:
    """The queues, and the file they stand in."""

    document: Document
    queues: Queues


def load(path: Path) -> QueueFile:
    """Reads the file; without one there are no queues. Raises ConfigError with every problem found."""
    document = places.load(path) if path.exists() else Document(str(path), None, {})
    return QueueFile(document, acd.queues(document))


def prompt_problems(file: QueueFile, catalogue: Catalogue, languages: Iterable[str]) -> Iterator[Problem]:
    """Prompts that queues name and the catalogue does not have, in some language that callers are addressed in."""
    for name, settings in file.queues.items():
        for place, prompt in prompts_of(settings).items():
            for language in languages:
                known = catalogue.names(language)
                if prompt not in known:
                    sentence = f"there is no prompt {prompt!r} for {language!r}{hint(prompt, known)}"
                    yield file.document.problem((name, *place), sentence)


def prompts_of(settings: QueueSettings) -> Mapping[Place, str]:
    """The prompts that a queue names, by the setting that does."""
    named = {
        ("moh_sound",): settings.moh_sound,
        ("announcements", "announce_sound"): settings.announcements.announce_sound,
    }
    return {place: prompt for place, prompt in named.items() if prompt is not None}
