"""One attempt to send a fax: the call, the fax, the end."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from fsapp.domain.arguments import Endpoint, Number, Uuid
from fsapp.domain.call import Call
from fsapp.domain.clock import Clock
from fsapp.domain.dialplan import Outbound, is_emergency
from fsapp.domain.errors import CallEnded, FsappError, NotAllowed
from fsapp.domain.fax import FaxJob, FaxResult, SendFax
from fsapp.domain.outside_calls import LimitReached
from fsapp.domain.ringing import RingEnd, Rung
from fsapp.esl.client import Client
from fsapp.esl.fax_call import FaxCall
from fsapp.esl.originating import NewLeg
from fsapp.fax.scheduler import Outcome, line_of
from fsapp.fax.settings import FaxSettings
from fsapp.flow.ports import DialRules

_OUTCOMES = {RingEnd.BUSY: Outcome.BUSY, RingEnd.NO_ANSWER: Outcome.NO_ANSWER}
_NO_SUCH_NUMBER = frozenset({"UNALLOCATED_NUMBER", "INVALID_NUMBER_FORMAT"})


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of it; `cause` is why there was no fax, where there was none. `leg` is the channel's id.

    `answered_at` is UTC milliseconds; None where nobody answered.
    """

    leg: str
    outcome: Outcome
    cause: str = ""
    result: FaxResult | None = None
    answered_at: int | None = None


class FaxAttempts:
    """`document` finds the fax file of a document, `engine` marks the legs. Calls under way are known by their job."""

    def __init__(self, client: Client, document: Callable[[str], str | None], clock: Clock, engine: Uuid) -> None:
        self._client = client
        self._document = document
        self._clock = clock
        self._engine = engine
        self._calls: dict[str, FaxCall] = {}
        self._settings = FaxSettings()
        self._outbound = Outbound()
        self._door: DialRules = self._outbound

    def use(self, settings: FaxSettings, outbound: Outbound, door: DialRules) -> None:
        """These hold from now on: `outbound` says what is allowed, `door` counts what is dialled as well."""
        self._settings, self._outbound, self._door = settings, outbound, door

    def trunk(self, job: FaxJob) -> str | None:
        """The gateway by which a fax would go; None where the dialplan does not allow its number."""
        try:
            way = self._way(job, self._outbound)
        except NotAllowed:
            return None
        return str(way.gateway or way.profile)

    def new_leg(self) -> Uuid:
        """A name for the channel of an attempt."""
        return Uuid(f"{self._engine}-{secrets.token_hex(8)}")

    def make(self, job: FaxJob) -> Attempt:
        """Calls and sends, on the job's leg; raises nothing that can be foreseen."""
        leg = Uuid(job.leg)
        try:
            return self._made(job, leg)
        except LimitReached as reached:
            return Attempt("", Outcome.LIMITED, str(reached))
        except NotAllowed as refusal:
            return Attempt("", Outcome.REFUSED, str(refusal))
        except CallEnded as ended:
            return Attempt(leg, Outcome.UNREACHABLE, ended.cause)
        except (FsappError, OSError, ValueError) as error:
            return Attempt(leg, Outcome.LOST, str(error))

    def hang_up(self, job: str) -> None:
        """Ends the attempt that is under way, if one is."""
        if job in self._calls:
            self._calls[job].hang_up()

    def hang_up_all(self) -> None:
        for job in list(self._calls):
            self.hang_up(job)

    def _made(self, job: FaxJob, leg: Uuid) -> Attempt:
        path = self._document(job.document)
        if path is None:
            return Attempt("", Outcome.NO_DOCUMENT, f"there is no document {job.document}")
        way = self._way(job, self._door)
        call = self._calls[job.id] = FaxCall(self._client, self._leg(leg, way))
        try:
            rung = call.ring()
            if rung.end is not RingEnd.ANSWERED:
                return Attempt(leg, _outcome(rung), rung.cause)
            answered_at = round(self._clock.now().timestamp() * 1000)
            request = SendFax(path, line_of(job.rung, self._settings.line), first_page=job.next_page)
            return Attempt(leg, Outcome.FAXED, result=call.send(request), answered_at=answered_at)
        finally:
            call.close()
            del self._calls[job.id]

    def _leg(self, leg: Uuid, way: Endpoint) -> NewLeg:
        sending = self._settings.sending
        shown = Number(sending.caller_number) if sending.caller_number else None
        return NewLeg(leg, way, sending.ring_timeout, self._engine, leg, caller_number=shown)

    def _way(self, job: FaxJob, rules: DialRules) -> Endpoint:
        """Raises NotAllowed; for an emergency number too, where nobody takes a fax."""
        if is_emergency(job.number, self._outbound.country):
            raise NotAllowed(f"{job.number} is an emergency number")
        return rules.number(job.number, Call(call_of(job), "", job.number, self._clock.now()))


def call_of(job: FaxJob) -> str:
    """What stands for the call in events of a fax."""
    return f"fax:{job.id}"


def _outcome(rung: Rung) -> Outcome:
    if rung.cause in _NO_SUCH_NUMBER:
        return Outcome.NO_SUCH_NUMBER
    return _OUTCOMES.get(rung.end, Outcome.UNREACHABLE)
