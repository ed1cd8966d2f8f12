"""Ports of a site that lacks what they lead to: no queues, nobody's history, no faxes, no tickets."""

from fsapp.domain.call import Call
from fsapp.domain.caller_history import CallerHistory
from fsapp.domain.customer import KnownCustomer
from fsapp.domain.errors import FlowError
from fsapp.domain.fax import FaxLine, FaxResult
from fsapp.domain.queueing import QueueRequest
from fsapp.domain.ticket import TicketRefused
from fsapp.domain.ticket_opening import Opening
from fsapp.flow.ports import Place


class NoQueues:
    """Satisfies fsapp.flow.ports.Queues."""

    def enter(self, request: QueueRequest) -> Place:
        raise FlowError("", f"there is no queue {request.queue!r}")

    def music(self, queue: str) -> str:  # noqa: ARG002  # the protocol's
        return ""


class NoHistory:
    """Every caller calls for the first time. Satisfies fsapp.flow.ports.History."""

    def of(self, ani: str) -> CallerHistory:  # noqa: ARG002  # the protocol's
        return CallerHistory()

    def forget(self, ani: str) -> None:
        """Nothing was remembered."""


class NoTickets:
    """Satisfies fsapp.flow.ports.Tickets."""

    def open(self, opening: Opening) -> str:
        raise TicketRefused(f"there is no kind of ticket {opening.kind!r}")

    def find(self, number: str, call: Call, language: str) -> None:
        """There is none."""

    def urge(self, number: str, call: Call) -> None:  # noqa: ARG002  # the protocol's
        raise TicketRefused(f"there is no ticket {number}")


class NoCustomers:
    """Satisfies fsapp.flow.ports.Customers."""

    def of(self, ani: str) -> KnownCustomer:  # noqa: ARG002  # the protocol's
        return KnownCustomer()


class NoCallRecorder:
    """Calls are recorded, and nothing is kept. For rehearsals. Satisfies fsapp.flow.ports.CallRecorder."""

    def start(self, call: Call) -> bool:  # noqa: ARG002  # the protocol's
        return True

    def stop(self, call: str) -> bool:  # noqa: ARG002  # the protocol's
        return True

    def mask(self, call: str, by: str) -> bool:  # noqa: ARG002  # the protocol's
        return True

    def unmask(self, call: str, by: str) -> bool:  # noqa: ARG002  # the protocol's
        return True


class NoFaxes:
    """Faxes come and are gone; every document is there. For rehearsals. Satisfies fsapp.flow.ports.Faxes."""

    line = FaxLine()

    def incoming_path(self, call: Call) -> str:
        return f"rehearsal/{call.uuid}.tif"

    def received(self, call: Call, path: str, category: str, result: FaxResult) -> str:  # noqa: ARG002  # the protocol's
        return f"fax-{call.uuid}"

    def ticket_kind(self, category: str) -> str:  # noqa: ARG002  # the protocol's
        return ""

    def nothing_received(self, path: str) -> None:
        """There is nothing to delete."""

    def document(self, name: str) -> str | None:
        return f"rehearsal/{name}.tif"
