"""Recordings under way: begun, silenced, ended in the switch; told of when their files are whole, and looked after.

Neither knows of queues nor of rules: talk_recorder.py does.
"""

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from datetime import datetime

import gevent

from fsapp.acd.entries import RecordingNews
from fsapp.domain.errors import EslError
from fsapp.domain.events import Kind
from fsapp.domain.recording import STILL, RecordingRecord
from fsapp.domain.recording_coverage import HUNG_UP
from fsapp.server.recording_files import Account, RecordingFiles
from fsapp.server.recording_machine import Machine
from fsapp.server.tapes import INHERITED, Tape, adopted

_LOG = logging.getLogger("fsapp.recordings")

LOOK_SECONDS = 5.0
"""How often the disk is looked at, and recordings whose end may have been missed."""

CLOSING_SECONDS = 10.0
"""From telling a recording to end to the news that its file is whole, which takes FreeSWITCH 20 ms."""

DISK_FULL = "the disk is nearly full"


class TapeDeck:
    """`keep` takes what is to be kept; `now` is monotonic seconds, `today` the site's time. But for masking, which
    waits until the switch has done it, nothing here waits; nothing raises.
    """

    def __init__(
        self,
        machine: Machine,
        files: RecordingFiles,
        keep: Callable[[RecordingNews], None],
        now: Callable[[], float],
        today: Callable[[], datetime],
    ) -> None:
        self.now = now
        self._machine = machine
        self._files = files
        self._kept = keep
        self._today = today
        self._tapes: dict[str, Tape] = {}
        """By call: each has one at most that is not told to end."""
        self._ending: list[Tape] = []
        self.full = False
        self.saved = 0
        self.failed: Counter[str] = Counter()
        machine.on_stop(self._stopped)

    def of(self, call: str) -> Tape | None:
        """The recording of a call, if it goes on."""
        return self._tapes.get(call)

    @property
    def under_way(self) -> Collection[Tape]:
        return self._tapes.values()

    def begin(self, tape: Tape) -> bool:
        """Whether it could be begun; what the switch thinks of it comes later."""
        try:
            if self.full:
                raise OSError(DISK_FULL)
            tape.path = self._files.new(self._today(), tape.queue, tape.id)
            self._machine.start(tape.call, self._whole(tape), lambda refusal: self._begun(tape, refusal))
        except (EslError, OSError, ValueError) as error:
            self._fail(tape, str(error))
            return False
        self._tapes[tape.call] = tape
        return True

    def end(self, tape: Tape, why: str) -> None:
        """Its file is told of once it is whole."""
        self._drop(tape)
        tape.why, tape.ended = why, self.now()
        self._ending.append(tape)
        with suppress(EslError):  # then the call is over, or whoever looks after it tells again
            self._machine.stop(tape.call, self._whole(tape))

    def mask(self, tape: Tape, by: str, reason: str) -> bool:
        """Whether it is silent for this reason from now on. Where it cannot be silenced it ends: a secret must not be
        heard in it.
        """
        if reason in tape.masks:
            return False
        tape.masks.add(reason)
        if len(tape.masks) == 1:
            self._hide(tape, by)
        return True

    def unmask(self, tape: Tape, by: str, reason: str) -> bool:
        """Whether this reason held; it is heard again once the last is gone."""
        if not tape.masks & {reason, INHERITED}:
            return False
        tape.masks -= {reason, INHERITED}
        if not tape.masks:
            self._show(tape, by)
        return True

    def adopt(self, records: Iterable[RecordingRecord]) -> None:
        """Recordings that an engine began which died: their files are still to be told of."""
        now, wall = self.now(), self._today().timestamp()
        for record in records:
            if record.call not in self._tapes:
                self._tapes[record.call] = adopted(record, now - max(0.0, wall - record.started_at / 1000))

    def run(self) -> None:
        """Looks after the disk, and after recordings whose end nobody told of."""
        while True:
            self.look()
            gevent.sleep(LOOK_SECONDS)

    def look(self) -> None:
        """Once."""
        self._look_at_disk()
        self._look_after_tapes()

    # How it is done.

    def _begun(self, tape: Tape, refusal: str | EslError) -> None:
        """Called by the connection's reader: an EslError leaves open whether it began."""
        tape.doubtful = isinstance(refusal, EslError)
        if refusal and not tape.doubtful:
            self._drop(tape)
            self._fail(tape, f"FreeSWITCH does not record: {refusal}")
            return
        self._keep(Kind.RECORDING_STARTED, tape)

    def _hide(self, tape: Tape, by: str) -> None:
        try:
            self._machine.mask(tape.call, self._whole(tape), on=True)
        except EslError as error:
            _LOG.error("recording %s cannot be masked, and is ended: %s", tape.id, error)
            self.end(tape, "it could not be masked")
            return
        tape.hide(self.now())
        self._keep(Kind.RECORDING_MASKED, tape, by=by, after_ms=tape.masked_at, masked=tape.masked)

    def _show(self, tape: Tape, by: str) -> None:
        try:
            self._machine.mask(tape.call, self._whole(tape), on=False)
        except EslError as error:
            _LOG.error("recording %s stays silent: %s", tape.id, error)
            return
        tape.show(self.now())
        self._keep(Kind.RECORDING_UNMASKED, tape, by=by, after_ms=tape.ms(self.now()), masked=tape.masked)

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
        tape.ended = tape.ended or self.now()
        gevent.spawn(self._tell_of, tape)

    def _tell_of(self, tape: Tape) -> None:
        account: Account = gevent.get_hub().threadpool.apply(self._files.close, (tape.path,))
        if account.problem:
            self._fail(tape, f"{tape.why}; the file: {account.problem}")
            return
        self.saved += 1
        masked = [(first, account.ms if last == STILL else last) for first, last in tape.masked]
        self._keep(
            Kind.RECORDING_SAVED,
            tape,
            ms=account.ms,
            size=account.size,
            sha256=account.sha256,
            masked=masked,
            why=tape.why,
        )

    def _fail(self, tape: Tape, why: str) -> None:
        tape.why = why
        self.failed["disk_full" if why == DISK_FULL else "other"] += 1
        _LOG.error("call %s is not recorded: %s", tape.call, why)
        self._keep(Kind.RECORDING_FAILED, tape, why=why)

    def _keep(self, kind: Kind, tape: Tape, **more: object) -> None:
        at = tape.ended if kind is Kind.RECORDING_SAVED and tape.ended is not None else self.now()
        self._kept(RecordingNews(kind, tape.began, at, {**tape.fields(), **more}))

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
                self.end(tape, DISK_FULL)
        elif self.full and not full:
            _LOG.warning("there is room again: new talks are recorded")
        self.full = full

    def _look_after_tapes(self) -> None:
        if not self._machine.connected:
            for tape in self._tapes.values():
                tape.doubtful = True
            return
        now = self.now()
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
