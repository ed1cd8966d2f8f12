"""The voice of the engine: text and prompt names become files that FreeSWITCH plays, made once and then remembered."""

import dataclasses
import logging
from collections.abc import Mapping
from pathlib import Path
from secrets import token_hex

import gevent
from pydantic import Field

from fsapp.domain.arguments import SoundPath
from fsapp.domain.errors import MediaError
from fsapp.domain.leg import Utterance
from fsapp.files.models import Settings
from fsapp.media import engines, wording
from fsapp.media.cache import UtteranceCache
from fsapp.media.catalogue import Catalogue, Prompt, refreshed
from fsapp.media.speaker import Job, Speaker, key_of
from fsapp.media.speech_pool import SpeechCounts, SpeechPool

_log = logging.getLogger("fsapp.media")

_LONGEST = 5000
_MOST_KNOWN = 20_000
_DAY = 86_400
WHISPER_SECONDS = 600.0
"""How long what is secret stays on disk: beyond the last attempt of a question that says it."""
_AHEAD_SECONDS = 60.0
_MANDARIN = Speaker(voice="cmn-latn-pinyin", speed=150)
_ENGLISH = Speaker(voice="en-us")
_NOBODY = Speaker(voice="nobody")


class SpeechSettings(Settings):
    """Who speaks which language.

    `live` speaks what was not rendered ahead, for a language whose good voice is too slow for a caller who waits.
    """

    languages: Mapping[str, Speaker] = {"zh": _MANDARIN, "en": _ENGLISH}
    live: Mapping[str, Speaker] = {}
    workers: int = Field(2, ge=1, le=16)
    time_limit: float = Field(2.0, gt=0, le=60)
    """Seconds that a caller may wait for a new sentence."""
    keep_days: float = Field(30.0, gt=0)
    """How long a sentence made in a call stays on disk after it was last made."""

    def muted(self) -> "SpeechSettings":
        """The same, with silence in the place of every voice: for a machine that has none."""
        silent = dict.fromkeys(self.languages, Speaker("silence"))
        return self.model_copy(update={"languages": silent, "live": {}})


class Voice:
    """Says text and prompts (a port of the flow). What was said before costs a look into a dict."""

    def __init__(self, settings: SpeechSettings, catalogue: Catalogue, folder: Path) -> None:
        self._settings = settings
        self._catalogue = catalogue
        self._cache = UtteranceCache(folder)
        self._whispers = UtteranceCache(folder / "whispers")
        self.counts = SpeechCounts()
        speakers = [*settings.languages.values(), *settings.live.values()]
        self._versions = {speaker.engine: engines.version_of(speaker.engine) for speaker in speakers}
        self._pool = SpeechPool(settings.workers, tuple(self._versions), self.counts)
        self._said: dict[tuple[str, str], Utterance] = {}
        self._prompts: dict[tuple[str, str], Utterance] = {}
        self._under_way: dict[str, gevent.Greenlet[..., Utterance | MediaError]] = {}
        self._keeper: gevent.Greenlet[..., None] | None = None

    def start(self) -> None:
        """Warms the workers, and from now on clears up on disk once a day."""
        self._whispers.clear()  # of an engine that was killed
        self._pool.start()
        self._keeper = self._keeper or gevent.spawn(self._clear_away_daily)

    def close(self) -> None:
        """Ends the workers; what is on disk stays, but for whispers."""
        if self._keeper:
            self._keeper.kill()
        self._pool.close()
        self._whispers.clear()

    @property
    def pids(self) -> tuple[int, ...]:
        """The worker processes, for operators and tests."""
        return self._pool.pids

    @property
    def catalogue(self) -> Catalogue:
        """What is in force."""
        return self._catalogue

    def use(self, catalogue: Catalogue) -> None:
        """From now on prompts are these (reload); what is on disk is looked at again."""
        self._catalogue = catalogue
        self._said.clear()
        self._prompts.clear()

    def recordings_changed(self, sounds: Path) -> None:
        """From now on prompts sound as the files below `sounds` do; the catalogue's words stay as they are."""
        before = self._catalogue
        found = gevent.get_hub().threadpool.apply(refreshed, (before, sounds))
        if self._catalogue is before:  # else a reload was quicker, and has read them too
            self._catalogue = found
        self._prompts.clear()

    def say(self, text: str, language: str) -> Utterance:
        """Raises MediaError, at the latest when the time limit is over."""
        utterance = self._said.get((language, text))
        if utterance is None:
            utterance = self._spoken(text, language)
            _remember(self._said, (language, text), utterance)
        else:
            self.counts.cached += 1
        return utterance

    def whisper(self, text: str, language: str) -> Utterance:
        """As `say`, for words that are secret: they are written nowhere, nor what they could be guessed by, and the
        sound is gone after WHISPER_SECONDS. Raises MediaError.
        """
        job = self.job(text, language, self._speakers(language)[-1])
        key = token_hex(32)
        gevent.spawn_later(WHISPER_SECONDS, self._whispers.remove, key)
        return self._made(dataclasses.replace(job, folder=str(self._whispers.folder), key=key, secret=True))

    def prompt(self, name: str, language: str) -> Utterance:
        """Raises MediaError for a name that the catalogue has not, or where its text cannot be spoken."""
        utterance = self._prompts.get((language, name))
        if utterance is None:
            prompt = self._catalogue.prompt(name, language)
            utterance = self._heard(prompt)
            _remember(self._prompts, (language, name), utterance)
        else:
            self.counts.cached += 1
        return utterance

    def restore(self, utterance: Utterance) -> bool:
        """Makes anew what somebody deleted; False where nothing is missing, or it cannot be had. Raises MediaError."""
        path = Path(utterance.path)
        key = path.stem
        if path.parent != self._cache.folder or self._cache.find(key):
            return False
        recorded = (job for job in map(self._conversion, self._catalogue.prompts.values()) if job and job.key == key)
        recording = next(recorded, None)
        if recording:
            self._made(recording)
        else:
            self._spoken(utterance.text, utterance.language)
        return self._cache.find(key) is not None

    def prepare(self, text: str, language: str) -> bool:
        """Makes an utterance ahead of time, by the best voice; False where it was there. Raises MediaError."""
        job = self.job(text, language, self._speakers(language)[0])
        if self._cache.find(job.key):
            return False
        self._made(dataclasses.replace(job, kept=True, limit=_AHEAD_SECONDS))
        return True

    def clear_away(self) -> int:
        """Removes sentences made in calls long ago from disk, but those still remembered; tells how many."""
        in_use = frozenset(utterance.path for utterance in self._said.values())
        removed: int = gevent.get_hub().threadpool.apply(self._cache.prune, (self._settings.keep_days, in_use))
        return removed

    def _spoken(self, text: str, language: str) -> Utterance:
        """The best voice's utterance where it was made ahead, else the quickest voice's."""
        jobs = [self.job(text, language, speaker) for speaker in self._speakers(language)]
        return next(filter(None, (self._cache.find(job.key) for job in jobs)), None) or self._made(jobs[-1])

    def _speakers(self, language: str) -> tuple[Speaker, ...]:
        if language not in self._settings.languages:
            known = ", ".join(self._settings.languages)
            raise MediaError(f"no voice speaks {language!r}; these are spoken: {known}")
        best = self._settings.languages[language]
        return (best, self._settings.live[language]) if language in self._settings.live else (best,)

    def job(self, text: str, language: str, speaker: Speaker) -> Job:
        """What a worker is asked for a text. Raises MediaError where nothing, or too much, is to be said."""
        said = wording.plain(text)
        if not said:
            raise MediaError("there is nothing to say")
        if len(said) > _LONGEST:
            raise MediaError(f"{len(said)} characters are too many for one utterance; {_LONGEST} are the most")
        key = key_of(said, language, speaker, self._versions[speaker.engine])
        return Job(said, language, speaker, str(self._cache.folder), key, limit=self._settings.time_limit)

    def _heard(self, prompt: Prompt) -> Utterance:
        """A recording at the rates of a telephone; as it is, where nobody is there to convert it."""
        file, job = prompt.recording, self._conversion(prompt)
        if file is None or job is None:
            return self.say(prompt.text, prompt.language)
        try:
            return self._cache.find(job.key) or self._made(job)
        except MediaError as error:
            _log.warning("%s is played as it is: %s", file.path, error)
            return Utterance(prompt.text, prompt.language, SoundPath(str(file.path)), file.seconds)

    def _conversion(self, prompt: Prompt) -> Job | None:
        """What a worker is asked for a prompt that is recorded."""
        file = prompt.recording
        if file is None:
            return None
        key = key_of(prompt.text, prompt.language, _NOBODY, f"{file.path} {file.version}")
        return Job(prompt.text, prompt.language, _NOBODY, str(self._cache.folder), key, str(file.path), kept=True)

    def _made(self, job: Job) -> Utterance:
        """Makes an utterance; who asks for it meanwhile gets the same one."""
        making = self._under_way.get(job.key)
        if making is None:
            making = self._under_way[job.key] = gevent.spawn(self._outcome, job)
        outcome: Utterance | MediaError = making.get()
        if isinstance(outcome, MediaError):
            raise MediaError(str(outcome))
        return outcome

    def _outcome(self, job: Job) -> Utterance | MediaError:
        try:
            seconds = self._pool.render(job)
        except MediaError as error:
            self.counts.failed += 1
            return error
        finally:
            del self._under_way[job.key]
        self.counts.rendered += 1
        return Utterance(job.text, job.language, SoundPath(f"{job.folder}/{job.key}.wav"), seconds)

    def _clear_away_daily(self) -> None:
        while True:
            self.clear_away()
            gevent.sleep(_DAY)


def _remember(known: dict[tuple[str, str], Utterance], key: tuple[str, str], utterance: Utterance) -> None:
    """The oldest makes room, so that a year of sentences does not fill the memory."""
    if len(known) >= _MOST_KNOWN:
        del known[next(iter(known))]
    known[key] = utterance
