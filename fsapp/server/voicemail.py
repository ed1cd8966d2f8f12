"""Mailboxes at work: lamps are lit and put out, messages go by mail, and agents hear and change them at the desk.

What is to be mailed stands in the table `voicemail` until a server took it, so nothing is lost by a restart.
"""

import logging
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import gevent
from gevent.event import Event as Signal

from fsapp.acd.agents import Agent
from fsapp.domain.clock import Clock
from fsapp.domain.errors import EslError, StoreError
from fsapp.domain.events import Event, Kind
from fsapp.domain.voicemail import Message, MessageState, mailboxes_of
from fsapp.fax.off_hub import off_hub
from fsapp.server.mail import Letter, Mailer, NeverSent, NotSent
from fsapp.store.voicemails import Voicemails

_LOG = logging.getLogger("fsapp.voicemail")

AGAIN_SECONDS = 30.0
"""Between attempts to mail what no server took, and until a lamp is set anew that could not be."""

SIGNED_IN = frozenset({"sign_in", "state_in"})
"""Acts at the desk and of supervisors after which an agent is at a phone."""

SEVERAL = 8
"""So many devices may be registered as one phone."""

SOON_SECONDS = 0.3
"""From news to looking at the database, where the journal writes them in batches."""


class Lamps(Protocol):
    """The phones' lamps."""

    def show(self, phone: str, new: int, saved: int) -> None:
        """Raises EslError, ValueError."""
        ...


class VoicemailOffice:
    """A sink of events, and fsapp.desk.ports.Mailboxes. `flush` waits until what was accepted is in the database."""

    def __init__(
        self,
        voicemails: Voicemails,
        lamps: Lamps,
        agents: Callable[[], Iterable[Agent]],
        mailer: Mailer | None,
        clock: Clock,
        flush: Callable[[float], bool],
    ) -> None:
        self._voicemails = voicemails
        self._lamps = lamps
        self._agents = agents
        self._mailer = mailer
        self._clock = clock
        self._flush = flush
        self._mail: Mapping[str, Sequence[str]] = {}
        self._shown: dict[str, tuple[str, int, int]] = {}
        """By agent on duty: the phone, and what its lamp was told last."""
        self._starts: dict[str, deque[str]] = {}
        """By phone: the Call-IDs of its latest registrations."""
        self._dark: set[str] = set()
        """Phones that were started anew, and know nothing of their lamps."""
        self._news = Signal()

    def use(self, mail: Mapping[str, Sequence[str]]) -> None:
        """These mailboxes are mailed from now on."""
        self._mail = mail

    def __call__(self, event: Event) -> None:
        """Neither waits nor raises."""
        if event.kind == Kind.VOICEMAIL_LEFT or (
            event.kind == Kind.AGENT_ACTED and event.fields.get("what") in SIGNED_IN
        ):
            self._news.set()

    def registered(self, phone: str, call_id: str) -> None:
        """A phone registers, for the first time or again. Neither waits nor raises."""
        known = self._starts.setdefault(phone, deque(maxlen=SEVERAL))
        if call_id not in known:
            known.append(call_id)
            self._dark.add(phone)
            self._news.set()

    def run(self) -> None:
        """Sets lamps and mails, whenever there is news, and now and then."""
        while True:
            self._news.wait(AGAIN_SECONDS)
            self._news.clear()
            gevent.sleep(SOON_SECONDS)
            self._flush(5.0)
            try:
                self._set_lamps()
                self._mail_all()
            except StoreError as error:
                _LOG.warning("mailboxes cannot be looked at, and will be again: %s", error)

    # What the desk asks for.

    def messages(self, agent: str, queues: Collection[str]) -> Sequence[Message]:
        """What an agent may hear, new before saved. Raises StoreError."""
        return off_hub(self._voicemails.of, mailboxes_of(agent, queues))

    def change(self, message: Message, state: MessageState, by: str) -> None:
        """Saved or deleted; a deleted one's file goes too. Raises StoreError."""
        off_hub(self._voicemails.change, message, state, self._now, by)
        if state is MessageState.DELETED:
            Path(message.path).unlink(missing_ok=True)
        self._news.set()

    # How it is done.

    @property
    def _now(self) -> int:
        return round(self._clock.now().timestamp() * 1000)

    def _set_lamps(self) -> None:
        """Of the phones where somebody is signed in; each is told only what has changed. Raises StoreError."""
        on_duty = [agent for agent in self._agents() if agent.signed_in and agent.phone]
        boxes = {agent.id: mailboxes_of(agent.id, agent.profile.tiers) for agent in on_duty}
        counts = off_hub(self._voicemails.waiting, {name for names in boxes.values() for name in names})
        self._shown = {name: shown for name, shown in self._shown.items() if name in boxes}
        for agent in on_duty:
            found = [counts.get(name, (0, 0)) for name in boxes[agent.id]]
            self._set(agent, sum(new for new, _ in found), sum(saved for _, saved in found))

    def _set(self, agent: Agent, new: int, saved: int) -> None:
        wanted = agent.phone, new, saved
        if self._shown.get(agent.id) == wanted and agent.phone not in self._dark:
            return
        try:
            self._dark.discard(agent.phone)  # before: it may start anew meanwhile
            self._lamps.show(*wanted)
            self._shown[agent.id] = wanted
        except (EslError, ValueError) as error:
            self._shown.pop(agent.id, None)
            _LOG.warning("the lamp of phone %s cannot be set, and will be again: %s", agent.phone, error)

    def _mail_all(self) -> None:
        """Raises StoreError."""
        if not self._mail:
            return
        for message in off_hub(self._voicemails.unmailed, list(self._mail)):
            if all([self._mailed(message, to) for to in self._mail.get(message.mailbox, ())]):
                off_hub(self._voicemails.mailed, message, self._now)

    def _mailed(self, message: Message, to: str) -> bool:
        """Whether it need not be tried again."""
        if self._mailer is None:
            _LOG.error("the message %s cannot be mailed: settings have no section `mail`", message.id)
            return False
        try:
            off_hub(self._mailer.send, _letter(message, to))
        except NotSent as error:
            _LOG.warning("the message %s was not mailed to %s, and will be again: %s", message.id, to, error)
            return False
        except (NeverSent, OSError) as error:
            _LOG.error("the message %s cannot be mailed to %s: %s", message.id, to, error)
        return True


def _letter(message: Message, to: str) -> Letter:
    urgent = "加急 urgent: " if message.urgent else ""
    lines = (
        f"Mailbox: {message.mailbox}",
        f"From: {message.caller or '-'}",
        f"Seconds: {message.ms / 1000:.0f}",
        f"Call: {message.call}",
    )
    key = f"{message.call}.{message.seq}"
    subject = f"{urgent}语音留言 Voice message {message.caller or 'unknown'}, {message.mailbox}"
    return Letter(to, subject, "\n".join(lines) + "\n", key=key, files=(Path(message.path),))
