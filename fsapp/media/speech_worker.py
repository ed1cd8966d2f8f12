"""The worker process: jobs come in on standard input, a JSON line each; what became of them goes out the same way.

    python -m fsapp.media.speech_worker SCRATCH [ENGINE...]   loads and warms the engines, then says {"ready": true}

SCRATCH is a folder for this process alone; it goes when the jobs end, as they do when whoever gave them was killed.

Replies: {"seconds": 3.2} or {"error": "a sentence"}. Standard output is theirs alone: what a library prints is dropped.
A job that outlives its limit by two seconds ends the process, also where nobody is left to kill it.
"""

import contextlib
import json
import logging
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import BinaryIO

from fsapp.domain.errors import MediaError
from fsapp.media import audio, engines, wording
from fsapp.media.engines import SpeechEngine
from fsapp.media.speaker import Job

_log = logging.getLogger("fsapp.media.speech_worker")


class Worker:
    """Does one job after another with the engines it has loaded."""

    def __init__(self) -> None:
        self._engines: dict[str, SpeechEngine] = {}

    def load(self, name: str) -> SpeechEngine:
        if name not in self._engines:
            self._engines[name] = engines.made(name)
        return self._engines[name]

    def reply(self, job: Job) -> dict[str, object]:
        """Does a job; whatever goes wrong in an engine is a sentence in the reply."""
        signal.alarm(int(job.limit) + 2)
        try:
            return {"seconds": round(self._done(job), 3)}
        except (MediaError, OSError) as error:
            return {"error": str(error)}
        except Exception as error:
            _log.exception("speech engine %s failed", job.speaker.engine)
            return {"error": f"{job.speaker.engine} failed: {type(error).__name__}: {error}"}
        finally:
            signal.alarm(0)

    def _done(self, job: Job) -> float:
        sound = audio.levelled(audio.read(Path(job.recording)) if job.recording else self._spoken(job))
        folder = Path(job.folder)
        for rate in audio.RATES:
            file = folder / str(rate) / f"{job.key}.wav"
            file.parent.mkdir(parents=True, exist_ok=True)  # somebody may have cleared up by hand
            audio.write(audio.resampled(sound, rate), file)
        if not job.secret:
            _write_sidecar(job, sound.seconds)
        return sound.seconds

    def _spoken(self, job: Job) -> audio.Sound:
        engine = self.load(job.speaker.engine)
        text = wording.words(job.text, job.language)
        if not text:
            raise MediaError("there is nothing to say")
        return audio.joined([engine.speak(piece, job.language, job.speaker) for piece in wording.pieces(text)])


def _write_sidecar(job: Job, seconds: float) -> None:
    """Last, so that an utterance whose sidecar exists is whole."""
    fields = {
        "text": job.text,
        "language": job.language,
        "engine": "recording" if job.recording else job.speaker.engine,
        "voice": job.recording or job.speaker.voice,
        "seconds": round(seconds, 3),
        "kept": job.kept,
    }
    part = Path(job.folder) / f"{job.key}.{os.getpid()}.part"
    part.write_text(json.dumps(fields, ensure_ascii=False) + "\n", "utf-8", "replace")
    part.replace(Path(job.folder) / f"{job.key}.json")


def serve(jobs: BinaryIO, replies: BinaryIO, preload: list[str]) -> None:
    """Works until the jobs end."""
    worker = Worker()
    for name in preload:
        try:
            worker.load(name)
        except MediaError as error:  # said again, to whoever asks for it
            _log.warning("%s", error)
    _send(replies, {"ready": True})
    for line in jobs:
        _send(replies, worker.reply(Job.from_line(line)))


def _send(replies: BinaryIO, reply: dict[str, object]) -> None:
    replies.write(json.dumps(reply).encode() + b"\n")
    replies.flush()


def main() -> None:
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    _, scratch, *preload = sys.argv
    with contextlib.suppress(BrokenPipeError):
        serve(sys.stdin.buffer, replies, preload)
    shutil.rmtree(scratch, ignore_errors=True)
    os._exit(0)  # espeak-ng's thread crashes an orderly exit


if __name__ == "__main__":
    main()
