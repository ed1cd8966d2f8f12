"""What queues need from the switch, as small Protocols; fsapp.esl satisfies them, and fsapp.app proves the fit."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from fsapp.domain.leg import Utterance
from fsapp.domain.ringing import Ring, Rung
from fsapp.domain.talk import Listening


class PhoneLeg(Protocol):
    """A phone that is rung, from the first ring to the end."""

    @property
    def uuid(self) -> str: ...

    @property
    def gone(self) -> bool: ...

    def ring(self) -> Rung:
        """Rings until somebody answers, or nobody does; raises nothing."""
        ...

    def play(self, utterances: Sequence[Utterance]) -> None:
        """To this phone alone; waits for its end. Raises CallEnded, EslError."""
        ...

    def tell(self, utterances: Sequence[Utterance]) -> None:
        """As `play`, without waiting. Raises CallEnded, EslError."""
        ...

    def wait_music(self) -> None:
        """Music until `stop_music`. Raises CallEnded, EslError."""
        ...

    def stop_music(self) -> None:
        """Raises CallEnded, EslError."""
        ...

    def watch(self, channel: str, *, join: bool) -> None:
        """Listens to another channel's talk, or joins it. Waits for its end. Raises CallEnded, EslError."""
        ...

    def hang_up(self, cause: str = "NORMAL_CLEARING") -> None:
        """Raises nothing, and may be called again."""
        ...


class HeldLine(Protocol):
    """The channel of somebody who called and holds on in a talk. All but `let_go` raise CallEnded, EslError."""

    def tell(self, utterances: Sequence[Utterance]) -> None:
        """To this one alone, without waiting."""
        ...

    def wait_music(self) -> None: ...

    def stop_music(self) -> None: ...

    def let_go(self) -> None:
        """The talk is over."""
        ...


class Lines(Protocol):
    """The switch."""

    def phone(self, ring: Ring, on_key: Callable[[str], None], on_gone: Callable[[], None]) -> PhoneLeg:
        """A phone to ring; `on_key` and `on_gone` must not wait."""
        ...

    def connect(self, caller: str, leg: str) -> bool:
        """Lets two channels hear each other; False where one of them is gone. Raises EslError."""
        ...

    def keep(self, caller: str, *, on: bool) -> None:
        """Whether the caller waits on when the talk ends, for somebody else to have the caller; else the flow goes on.
        Raises EslError.
        """
        ...

    def connect_agents(self, asking: str, asked: str) -> bool:
        """As `connect`, for two phones of which each outlives the other. Raises EslError."""
        ...

    def watch(self, leg: str, channel: str, how: Listening) -> None:
        """Puts a channel that is up into the talk of another; waits for the end. Raises CallEnded, EslError."""
        ...

    def part(self, caller: str, leg: str) -> None:
        """Ends a talk and keeps both channels. Raises EslError."""
        ...

    def sit(self, leg: str, on_key: Callable[[str], None], on_gone: Callable[[], None]) -> HeldLine:
        """A channel that is served elsewhere, for a talk; the callbacks must not wait. Raises EslError."""
        ...

    def call_id(self, channel: str) -> str:
        """The SIP Call-ID of a channel. Raises EslError."""
        ...

    def partner(self, channel: str) -> str:
        """Whom a channel talks to; empty for nobody. Raises EslError."""
        ...

    def play_to_both(self, channel: str, path: str) -> None:
        """Into a talk, for both sides; does not wait. Raises EslError, ValueError."""
        ...

    def send_keys(self, channel: str, keys: str) -> None: ...

    def exists(self, channel: str) -> bool: ...

    def drop(self, channel: str) -> None: ...


class Screen(Protocol):
    """Whoever wants to know what an agent deals with. Neither waits nor raises."""

    def tell(self, moment: str, fields: Mapping[str, Any]) -> None:
        """`moment` is offer, answer, transfer or end."""
        ...
