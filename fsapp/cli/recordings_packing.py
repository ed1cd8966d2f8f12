"""fsapp recordings compress, and playing what is compressed."""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fsapp.cli import options
from fsapp.domain.errors import FsappError

if TYPE_CHECKING:
    from fsapp.server.settings import EngineSettings

FINDINGS = 1


def run_compress(given: argparse.Namespace) -> int:
    """What cannot be compressed stays as it is, and is told of."""
    from datetime import datetime

    from fsapp.server.databases import own_url
    from fsapp.server.recording_files import RecordingFiles
    from fsapp.server.recording_packing import PackingFailed, RecordingPacker
    from fsapp.store.recordings import Recordings

    settings = options.settings(given)
    if settings.recordings.compress is None:
        raise FsappError("settings name no program: recordings.compress")
    files = RecordingFiles(settings.data / "recordings", settings.recordings.min_free_mb)
    now = datetime.now(settings.zone)
    packer = RecordingPacker(Recordings(own_url(settings)), files, settings.recordings.compress, now)
    done = failed = 0
    for record in packer.waiting():
        try:
            if not given.dry_run:
                packer.pack(record)
            done += 1
        except (PackingFailed, OSError) as error:
            failed += 1
            print(f"{record.id} stays a WAV: {error}", file=sys.stderr)
    print(f"{done} {'would be compressed' if given.dry_run else 'compressed'}, {failed} failed")
    return FINDINGS if failed else 0


@contextmanager
def as_wav(settings: "EngineSettings", file: Path) -> Iterator[Path]:
    """A recording's file as a WAV, turned back for the moment if it is compressed. Raises FsappError."""
    from fsapp.server.recording_packing import unpack

    if file.suffix == ".wav":
        yield file
        return
    if settings.recordings.compress is None:
        raise FsappError(f"settings name no program any more that reads {file}: recordings.compress")
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / f"{file.stem}.wav"
        unpack(settings.recordings.compress, file, wav)
        yield wav
