"""Records talks: by the queue's rule, by the flow's step, by the agent's code; one file a talk, whoever has the caller.

What is recorded is the caller's channel: left what the caller says, right what the caller hears. So hold, consulting
and handing over need nothing done. A recording that a talk began ends when the caller has left the queue, one that the
flow began when the flow or the call ends. Its file is read off the hub once the switch says that it is whole.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from typing import Protocol
from uuid import uuid4

import gevent

from fsapp.acd.entries import RecordingNews
from fsapp.acd.places import Place
from fsapp.acd.service import Service
from fsapp.acd.talks import Talk, TalkState
from fsapp.domain.call import Call
from fsapp.domain.errors import EslError
from fsapp.domain.events import Kind
from fsapp.domain.recording import RecordingRecord, RecordRule
from fsapp.domain.talk import Recording, Refusal, Refused
from fsapp.server.recording_files import Account, RecordingFiles
from fsapp.server.tapes import RULE, STEP, Tape, adopted

_LOG = logging.getLogger("fsapp.recordings")

LOOK_SECONDS = 5.0
"""How often the disk is looked at, and recordings whose end may have been missed."""

CLOSING_SECONDS = 10.0
"""From telling a recording to end to the news that its file is whole, which takes FreeSWITCH 20 ms."""

DISK_FULL = "the disk is nearly full"
LEFT = "the talk was over"
HUNG_UP = "the call was over"


class Machine(Protocol):
    """What records: the switch."""

    @property
    def connected(self) -> bool: ...

    def on_stop(self, told: Callable[[str], None]) -> None:
        """`told` hears of the path of each file that is whole."""
        ...

    def start(self, call: str, path: str, begun: Callable[[str | EslError], None]) -> None:
        """Does not wait; `begun` hears why not, or empty text. Raises EslError, ValueError."""
        ...

    def stop(self, call: str, path: str) -> None:
        """Does not wait. Raises EslError, ValueError."""
        ...

    def mask(self, call: str, path: str, *, on: bool) -> None:
        """Waits until it is so. Raises EslError, ValueError."""
        ...

    def exists(self, call: str) -> bool:
        """Whether a channel is up. Raises EslError."""
        ...


class TalkRecorder:
    """Satisfies fsapp.acd.recording.TalkRecorder and fsapp.flow.ports.CallRecorder. `today` is the site's time."""

    def __init__(
        self, machine: Machine, service: Service, files: RecordingFiles, today: Callable[[], datetime]
    ) -> None:
        self._machine = machine
        self._service = service
        self._files = files
        self._today = today
        self._tapes: dict[str, Tape] = {}
        """By call: each has one at most that is not told to end."""
        self._ending: list[Tape] = []
        self.full = False
        self.saved = 0
        self.failed: Counter[str] = Counter()
        service.recorder = self
        machine.on_stop(self._stopped)

    @property
    def under_way(self) -> int:
        return len(self._tapes)

    # What a talk does.

    def moment(self, moment: str, talk: Talk) -> None:
        """Neither waits nor raises."""
        if self._service.letting_go or moment not in ("answer", "transfer"):
            return
        if talk.state is not TalkState.TALKING:  # the agent lets go; whoever comes next is told of then
            return
        tape, rule = self._tapes.get(talk.place.caller), self._rule(talk)
        if tape is None and rule is RecordRule.ALWAYS:
            tape = self._begin(talk.place.request.call, RULE, talk)
        elif tape is not None and rule is RecordRule.NEVER:
            self._end(tape, f"the queue {talk.place.request.queue} is in no recording")
        elif tape is not None:
            self._join(tape, talk)

    def left(self, place: Place) -> None:
        """Neither waits nor raises."""
        tape = self._tapes.get(place.caller)
        if tape is not None and not tape.of_flow and not self._service.letting_go:
            self._end(tape, LEFT)

    def asked(self, what: Recording, talk: Talk) -> None:
        """The agent keyed a code. Raises Refused."""
        if self._rule(talk) is RecordRule.NEVER:
            raise Refused(Refusal.NOT_SET_UP)
        call = talk.place.request.call
        if what is Recording.START:
            if call.uuid in self._tapes:
                raise Refused(Refusal.ALREADY_SO)
            if self._begin(call, talk.agent, talk) is None:
                raise Refused(Refusal.FAILED)
        elif not self._told(what, call.uuid, talk.agent):
            raise Refused(Refusal.ALREADY_SO)

    # What a flow does.

    def start(self, call: Call) -> bool:
        """Whether the call is recorded from now on, or was already."""
        return call.uuid in self._tapes or self._begin(call, STEP) is not None

    def stop(self, call: str) -> bool:
        """Whether there was anything to end."""
        return self._told(Recording.STOP, call, STEP)

    def mask(self, call: str, by: str) -> bool:
        """Whether the recording is silent for this reason from now on; without a recording there is nothing to do.

        Waits until it is so. Where it cannot be, the recording ends: a secret must not be heard in it.
        """
        tape = self._tapes.get(call)
        if tape is None or by in tape.masks:
            return False
        tape.masks.add(by)
        if len(tape.masks) == 1:
            self._hide(tape, by)
        return True

    def unmask(self, call: str, by: str) -> bool:
        """Whether this reason held; the recording goes on once the last is gone."""
        tape = self._tapes.get(call)
        if tape is None or by not in tape.masks:
            return False
        tape.masks.discard(by)
        if not tape.masks:
            self._show(tape, by)
        return True

    # Time.

    def run(self) -> None:
        """Looks after the disk, and after recordings whose end nobody told of."""
        while True:
            self._look_at_disk()
            self._look_after_tapes()
            gevent.sleep(LOOK_SECONDS)

    def adopt(self, records: Iterable[RecordingRecord]) -> None:
        """Recordings that an engine began which died: their files are still to be told of."""
        now, wall = self._service.now(), self._today().timestamp()
        for record in records:
            if record.call not in self._tapes:
                self._tapes[record.call] = adopted(record, now - max(0.0, wall - record.started_at / 1000))

    def came_back(self, call: str) -> None:
        """The caller is on a socket of this engine's: the talk that another engine began is over."""
        tape = self._tapes.get(call)
        if tape is not None and tape.doubtful and not tape.of_flow:
            self._end(tape, LEFT)

    # How it is done.

    def _rule(self, talk: Talk) -> RecordRule:
        settings = self._service.queues.get(talk.place.request.queue)
        return settings.record if settings is not None else RecordRule.ON_DEMAND

    def _begin(self, call: Call, by: str, talk: Talk | None = None) -> Tape | None:
        tape = Tape(
            id=uuid4().hex,
            call=call.uuid,
            contact=talk.contact if talk else "",
            queue=talk.place.request.queue if talk else "",
            caller=call.ani,
            called=call.dnis,
            by=by,
            path="",
            began=self._service.now(),
        )
        tape.legs.append(call.uuid)
        if talk is not None:
            self._join(tape, talk)
        try:
            self._set_going(tape)
        except (EslError, OSError, ValueError) as error:
            self._fail(tape, str(error))
            return None
        return tape

    def _set_going(self, tape: Tape) -> None:
        """Raises EslError, OSError, ValueError."""
        if self.full:
            raise OSError(DISK_FULL)
        tape.path = self._files.new(self._today(), tape.queue, tape.id)
        self._machine.start(tape.call, self._whole(tape), lambda refusal: self._begun(tape, refusal))
        self._tapes[tape.call] = tape

    def _begun(self, tape: Tape, refusal: str | EslError) -> None:
        """Called by the connection's reader: an EslError leaves open whether it began."""
        tape.doubtful = isinstance(refusal, EslError)
        if refusal and not tape.doubtful:
            self._drop(tape)
            self._fail(tape, f"FreeSWITCH does not record: {refusal}")
            return
        tape.begun = True
        self._keep(Kind.RECORDING_STARTED, tape)

    def _join(self, tape: Tape, talk: Talk) -> None:
        tape.joined(talk.agent, (talk.leg.uuid,))

    def _told(self, what: Recording, call: str, by: str) -> bool:
        tape = self._tapes.get(call)
        if tape is None:
            return False
        if what is Recording.STOP:
            self._end(tape, f"{by} ended it")
            return True
        return (self.mask if what is Recording.MASK else self.unmask)(call, "asked")

    def _hide(self, tape: Tape, by: str) -> None:
        try:
            self._machine.mask(tape.call, self._whole(tape), on=True)
        except EslError as error:
            _LOG.error("recording %s cannot be masked, and is ended: %s", tape.id, error)
            self._end(tape, "it could not be masked")
            return
        tape.hide(self._service.now())
        self._keep(Kind.RECORDING_MASKED, tape, by=by, after_ms=tape.masked_at)

    def _show(self, tape: Tape, by: str) -> None:
        try:
            self._machine.mask(tape.call, self._whole(tape), on=False)
        except EslError as error:
            _LOG.error("recording %s stays silent: %s", tape.id, error)
            return
        tape.show(self._service.now())
        self._keep(Kind.RECORDING_UNMASKED, tape, by=by, after_ms=tape.ms(self._service.now()))

    def _end(self, tape: Tape, why: str) -> None:
        """Tells the switch; does not wait."""
        self._drop(tape)
        tape.why, tape.ended = why, self._service.now()
        self._ending.append(tape)
        with suppress(EslError):  # then the call is over, or whoever looks after it tells again
            self._machine.stop(tape.call, self._whole(tape))

    def _drop(self, tape: Tape) -> None:
        if self._tapes.get(tape.call) is tape:
            del self._tapes[tape.call]

    def _stopped(self, path: str) -> None:
        """Called by the connection's reader: this file is whole."""
        for tape in (*self._tapes.values(), *self._ending):
            if path == self._whole(tape):
                self._close(tape, HUNG_UP)
                return

    def _close(self, tape: Tape, why: str) -> None:
        self._drop(tape)
        if tape in self._ending:
            self._ending.remove(tape)
        tape.why = tape.why or why
        tape.ended = tape.ended or self._service.now()
        gevent.spawn(self._tell_of, tape)

    def _tell_of(self, tape: Tape) -> None:
        account: Account = gevent.get_hub().threadpool.apply(self._files.close, (tape.path,))
        if account.problem:
            self._fail(tape, f"{tape.why}; the file: {account.problem}")
            return
        self.saved += 1
        masked = [*tape.spans, *([(tape.masked_at, account.ms)] if tape.masks else [])]
        self._keep(
            Kind.RECORDING_SAVED,
            tape,
            ms=account.ms,
            size=account.size,
            sha256=account.sha256,
            legs=tape.legs,
            agents=tape.agents,
            masked=masked,
            why=tape.why,
        )

    def _fail(self, tape: Tape, why: str) -> None:
        tape.why = why
        self.failed["disk_full" if why == DISK_FULL else "other"] += 1
        _LOG.error("call %s is not recorded: %s", tape.call, why)
        self._keep(Kind.RECORDING_FAILED, tape, why=why)

    def _keep(self, kind: Kind, tape: Tape, **more: object) -> None:
        at = tape.ended if kind is Kind.RECORDING_SAVED and tape.ended is not None else self._service.now()
        self._service.keep(RecordingNews(kind, tape.began, at, {**tape.fields(), **more}))

    def _whole(self, tape: Tape) -> str:
        return str(self._files.path(tape.path))

    def _look_at_disk(self) -> None:
        """Recordings stop first: records of calls need the room that is left."""
        try:
            full = not self._files.room()
        except OSError as error:
            _LOG.error("the folder of recordings cannot be used: %s", error)
            full = True
        if full and not self.full:
            _LOG.critical("the disk is nearly full: nothing is recorded, %d recordings end", len(self._tapes))
            for tape in list(self._tapes.values()):
                self._end(tape, DISK_FULL)
        elif self.full and not full:
            _LOG.warning("there is room again: new talks are recorded")
        self.full = full

    def _look_after_tapes(self) -> None:
        if not self._machine.connected:
            for tape in self._tapes.values():
                tape.doubtful = True
            return
        now = self._service.now()
        late = [tape for tape in self._ending if tape.ended is not None and now - tape.ended > CLOSING_SECONDS]
        doubtful = [tape for tape in self._tapes.values() if tape.doubtful]
        for tape in (*late, *doubtful):
            self._look_after(tape)

    def _look_after(self, tape: Tape) -> None:
        with suppress(EslError, ValueError):
            if not self._machine.exists(tape.call) or (tape.why and tape.doubtful):
                self._close(tape, HUNG_UP)
            elif tape.why:
                tape.doubtful = True
                self._machine.stop(tape.call, self._whole(tape))
