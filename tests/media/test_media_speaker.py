"""What is asked of a worker, and how utterances are named."""

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapp.media.speaker import Job, Speaker, key_of

SPEAKER = Speaker(voice="en-us")


@given(st.text(st.characters(exclude_categories=["Cs"])), st.booleans())
def test_a_job_is_one_line_and_comes_out_as_it_went_in(text: str, kept: bool) -> None:
    program = Speaker(engine="command", command=("say", "-v"))
    job = Job(text, "en", program, "/cache", "k", kept=kept)
    assert job.line().count(b"\n") == 1
    assert Job.from_line(job.line()) == job


@pytest.mark.parametrize(
    "other",
    [
        key_of("hi", "zh", SPEAKER, "1"),
        key_of("ho", "en", SPEAKER, "1"),
        key_of("hi", "en", SPEAKER, "2"),
        *(
            key_of("hi", "en", dataclasses.replace(SPEAKER, **change), "1")
            for change in ({"voice": "en-gb"}, {"speed": 170}, {"pitch": 51}, {"foreign": "en"}, {"engine": "hibari"})
        ),
    ],
)
def test_whatever_changes_the_sound_changes_the_name(other: str) -> None:
    assert other != key_of("hi", "en", SPEAKER, "1")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"engine": "festival", "voice": "x"}, "no speech engine 'festival'; known: pyttsx3, command"),
        ({"engine": "pyttsx3"}, "needs the name of a `voice`"),
        ({"voice": "en", "speed": 10}, "10 words a minute"),
        ({"voice": "en", "pitch": 100}, "pitch 100"),
        ({"engine": "command"}, "needs a `command`"),
        ({"voice": "en", "command": ("say",)}, "no other engine has one"),
    ],
)
def test_a_speaker_that_cannot_be_is_refused(fields: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Speaker(**fields)
