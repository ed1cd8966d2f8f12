"""Ports of a site that lacks what they lead to: no queues, nobody's history."""

from fsapp.domain.caller_history import CallerHistory
from fsapp.domain.errors import FlowError
from fsapp.domain.queueing import QueueRequest
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
