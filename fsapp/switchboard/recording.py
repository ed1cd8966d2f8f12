"""Recording a caller or a talk."""

from __future__ import annotations

import wave
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fsapp.switchboard.channel import Channel

_RATE = 8000
_ANY_KEY = "1234567890*#"
_TICK = 1e-6


def record(channel: Channel, argument: str) -> None:
    """Ends at a key of `playback_terminators` (default `*`), after silence, or at the limit."""
    path, limit, _threshold, silence = [*argument.split(" "), "", "", ""][:4]
    channel.set("playback_terminator_used", None)
    wanted = channel.variables.get("playback_terminators", "*")
    terminators = {"any": _ANY_KEY, "none": ""}.get(wanted, wanted)
    ended_by: list[str] = []

    def on_key(key: str) -> bool:
        if key in terminators:
            ended_by.append(key)
        return bool(ended_by)

    began = channel.timeline.now
    speech = channel.telephone.recording(channel)
    until_silent = speech + float(silence) if silence else inf
    try:
        stopped = channel.idle(min(float(limit or 0) or inf, until_silent), on_key)
    finally:
        _keep(channel, path, channel.timeline.now - began)
    silent = not stopped and channel.timeline.now >= began + until_silent - _TICK
    channel.set("silence_hits_exhausted", "true" if silent else "false")
    channel.set("playback_terminator_used", "".join(ended_by))


def _keep(channel: Channel, path: str, seconds: float) -> None:
    """Writes that much silence, where the folder exists, and notes the length."""
    samples = round(seconds * _RATE)
    size = str(44 + 2 * samples)
    channel.set("record_record_file_size", size)
    channel.set("record_file_size", size)
    channel.set("record_seconds", str(samples // _RATE))
    channel.set("record_ms", str(samples * 1000 // _RATE))
    channel.set("record_samples", str(samples))
    _write_silence(Path(path), samples)


def _write_silence(path: Path, samples: int) -> None:
    if not path.parent.is_dir() or path.suffix != ".wav":
        return
    with wave.open(str(path), "wb") as audio:
        audio.setnchannels(1)
        audio.setsampwidth(2)
        audio.setframerate(_RATE)
        audio.writeframes(b"\0\0" * min(samples, 600 * _RATE))


def record_session(channel: Channel, path: str) -> None:
    channel.sessions_recorded[path] = channel.timeline.now


def stop_record_session(channel: Channel, path: str) -> None:
    began = channel.sessions_recorded.pop(path, None)
    if began is not None:
        _keep(channel, path, channel.timeline.now - began)
        channel.set("record_completion_cause", "success-maxtime")
