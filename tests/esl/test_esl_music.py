"""Music for those who wait: nothing of it is left when nobody waits."""

import gc
from collections.abc import Iterable

import gevent
import pytest

from fsapp.domain.arguments import Uuid
from fsapp.domain.errors import CallEnded, EslError
from fsapp.esl.channel import Channel
from fsapp.esl.commands import Command
from fsapp.esl.connection import Taker
from fsapp.esl.music import Music


def swallow(commands: Iterable[tuple[Command, Taker]]) -> None:
    """A connection that carries everything, and from which nothing comes."""


@pytest.fixture
def channel() -> Channel:
    return Channel(Uuid("5a17b2c4-0000-4000-8000-000000000001"), swallow)


def watches(music: Music) -> int:
    """Greenlets that will look whether its minute has come to its end."""
    alive = [each for each in gc.get_objects() if isinstance(each, gevent.Greenlet) and not each.dead]
    return sum(getattr(getattr(each, "_run", None), "__self__", None) is music for each in alive)


def test_a_minute_is_watched(channel: Channel) -> None:
    music = Music(channel)
    music.play(None)
    assert watches(music) == 1
    music.stop()
    gevent.sleep(0)
    assert watches(music) == 0


@pytest.mark.parametrize("lent", [False, True])
def test_nothing_is_left_where_it_cannot_begin(channel: Channel, lent: bool) -> None:
    """The caller hung up, or talks to somebody, in the same instant."""
    channel.lent = lent
    if not lent:
        channel.leave(CallEnded("NORMAL_CLEARING"))
    music = Music(channel)
    with pytest.raises((CallEnded, EslError)):
        music.play(None)
    gevent.sleep(0)
    assert watches(music) == 0


def test_nothing_is_left_of_what_a_talk_broke_off_unheard(channel: Channel) -> None:
    music = Music(channel)
    music.play(None)
    channel.lent = True
    channel.moved()
    gevent.sleep(0)
    assert watches(music) == 0
