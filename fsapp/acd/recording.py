"""What records talks, as queues and agents' phones see it. Satisfied by fsapp.server.talk_recorder."""

from typing import TYPE_CHECKING, Protocol

from fsapp.domain.talk import Recording, Refusal, Refused

if TYPE_CHECKING:
    from fsapp.acd.places import Place
    from fsapp.acd.talks import Talk


class TalkRecorder(Protocol):
    """Neither waits nor raises, but for `asked`."""

    def moment(self, moment: str, talk: "Talk") -> None:
        """What agents' screens are told: answer, transfer, end."""
        ...

    def left(self, place: "Place") -> None:
        """The caller is in no queue and in no talk any more."""
        ...

    def asked(self, what: Recording, talk: "Talk") -> None:
        """The agent of a talk wants something of its recording. Raises Refused."""
        ...


class NoRecorder:
    """Where nothing records."""

    def moment(self, moment: str, talk: "Talk") -> None:
        """Nobody keeps it."""

    def left(self, place: "Place") -> None:
        """Nobody keeps it."""

    def asked(self, what: Recording, talk: "Talk") -> None:  # noqa: ARG002  # the protocol's
        raise Refused(Refusal.NOT_SET_UP)
