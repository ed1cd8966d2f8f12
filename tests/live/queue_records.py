"""What the engine and the machine tell of queues, for the tests with a real switch."""

from pathlib import Path

from fsapp.domain.events import Event, Kind
from fsapp.store.queue_log import LogFilter, QueueLog
from tests.live.caller import until
from tests.live.engine import Engine

_ESTABLISHED = "01"


def queue_log(engine: Engine, ani: str) -> tuple[Event, ...]:
    """What happened to the only call from this number, once it is over and its contacts too."""
    call = engine.cdr(ani).uuid
    log = QueueLog(f"sqlite:///{engine.data / 'fsapp.db'}")
    until(lambda: any(each.kind == Kind.CONTACT_ENDED for each in log.events(LogFilter(call=call))), 5, "contact's end")
    return tuple(log.events(LogFilter(call=call)))


def contact_ends(engine: Engine, ani: str) -> list[str]:
    """How the contacts of the only call from this number ended, in order."""
    return [str(each.fields["end"]) for each in queue_log(engine, ani) if each.kind == Kind.CONTACT_ENDED]


def offered(engine: Engine, ani: str) -> list[str]:
    """The agents to whom the only call from this number was offered, in the order of the ends."""
    return [str(each.fields["agent"]) for each in queue_log(engine, ani) if each.kind == Kind.OFFER_ENDED]


def sockets(port: int) -> int:
    """Connections to a port of this machine that are open."""
    rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    return sum(int(row[1].partition(":")[2], 16) == port and row[3] == _ESTABLISHED for row in rows)
