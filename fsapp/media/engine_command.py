"""Any program that speaks: it gets the text on its standard input, and the WAV file to write as its last argument."""

import subprocess
import tempfile
from pathlib import Path

from fsapp.domain.errors import MediaError
from fsapp.media import audio
from fsapp.media.audio import Sound
from fsapp.media.speaker import Speaker

_LIMIT_SECONDS = 30


class Command:
    """Starts the speaker's program once for each utterance."""

    def speak(self, words: str, _language: str, speaker: Speaker, /) -> Sound:
        program = speaker.command[0]
        with tempfile.TemporaryDirectory(prefix="fsapp-speech-") as folder:
            path = Path(folder) / "utterance.wav"
            try:
                done = subprocess.run(
                    [*speaker.command, str(path)],
                    input=words.encode(),
                    capture_output=True,
                    timeout=_LIMIT_SECONDS,
                    check=False,
                )
            except (OSError, subprocess.TimeoutExpired) as error:
                raise MediaError(f"{program} did not speak: {error}") from None
            if done.returncode:
                raise MediaError(
                    f"{program} ended with {done.returncode}: {done.stderr[-200:].decode(errors='replace')}"
                )
            return audio.trimmed(audio.read(path))


ENGINE = Command
