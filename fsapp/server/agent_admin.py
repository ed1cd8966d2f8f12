"""Taking on, changing and dismissing agents: the registry, the SIP account and the running engine, in one go."""

import os
import pwd
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from fsapp.domain.admin import Act
from fsapp.domain.agent import AgentRecord
from fsapp.domain.clock import Clock
from fsapp.domain.dialplan import is_emergency
from fsapp.domain.pin import check_pin, hash_pin, new_pin
from fsapp.flow.spelling import hint
from fsapp.server import databases, queue_files
from fsapp.server.engine_news import tell_engine
from fsapp.server.phone_accounts import PhoneAccounts, Plan
from fsapp.server.settings import EngineSettings
from fsapp.server.switch_xml import reload_xml
from fsapp.store.agents import AgentRefused, Agents, Edit


@dataclass(frozen=True, slots=True)
class Done:
    """What was done. `passwords` are those of accounts that were written, by extension: kept nowhere but here.

    `notes` are sentences about what is not in force at once, and why.
    """

    records: tuple[AgentRecord, ...]
    passwords: Mapping[str, str]
    notes: tuple[str, ...]


class AgentAdmin:
    """What `fsapp agents` does. Where a method raises FsappError, with a sentence, nothing is changed."""

    def __init__(self, settings: EngineSettings, clock: Clock) -> None:
        """Raises ConfigError where settings or queues are wrong."""
        self._settings = settings
        self._clock = clock
        self._url = databases.own_url(settings)
        self._queues = queue_files.load(settings.queues).queues
        self._phones = PhoneAccounts(settings.freeswitch.configuration, settings.freeswitch.domain)
        self._agents = Agents(self._url)

    def add(self, records: Sequence[AgentRecord], password: str | None = None) -> Done:
        """Takes agents on, all or none. An own phone gets an account, with `password` or one that is made."""
        for record in records:
            self.check(record)
        self._upgrade()
        plan = self._plan([record.extension for record in records if record.extension], password)
        with self._phones.written(plan.passwords):
            self._agents.add(self._act(), *records)
        return self._done(records, plan)

    def change(self, agent: str, edit: Edit, password: str | None = None, *, renew: bool = False) -> Done:
        """Changes an agent. A phone that becomes the own one gets an account, and the former one's goes.

        With `renew` or `password` the phone's account gets another password. `edit` may raise ValueError.
        """
        self._upgrade()
        before = self._known(agent)
        after = self._edited(edit, before)
        plan = Plan()
        if renew or password is not None or after.extension != before.extension:
            plan = self._plan([after.extension] if after.extension else [], password, renew=renew)
        with self._phones.written(plan.passwords):
            after = self._agents.change(self._act(), agent, partial(self._edited, edit))
        gone = after.extension != before.extension and self._phone_removed(before)
        return self._done([after], plan, also=gone)

    def set_pin(self, agent: str, pin: str) -> Done:
        """Gives an agent another PIN."""
        return self.change(agent, lambda known: with_pin(known, pin))

    def remove(self, agent: str) -> Done:
        """Dismisses an agent; the own phone's account goes too."""
        self._upgrade()
        record = self._agents.remove(self._act(), agent)
        return self._done([record], Plan(), also=self._phone_removed(record))

    def registered(self) -> tuple[AgentRecord, ...]:
        """Everybody there is."""
        self._upgrade()
        return self._agents.all()

    def check(self, record: AgentRecord) -> None:
        """Raises AgentRefused for a queue that does not exist, and for a phone with an emergency number."""
        for queue in record.queues:
            if queue not in self._queues:
                raise AgentRefused(f"there is no queue {queue!r} in {self._settings.queues}{hint(queue, self._queues)}")
        if record.extension and is_emergency(record.extension, self._settings.country):
            raise AgentRefused(f"{record.extension} is an emergency number; no phone can have it")

    def _edited(self, edit: Edit, known: AgentRecord) -> AgentRecord:
        try:
            after = edit(known)
        except ValueError as error:
            raise AgentRefused(str(error)) from None
        self.check(after)
        return after

    def _known(self, agent: str) -> AgentRecord:
        record = self._agents.get(agent)
        if record is None:
            raise AgentRefused(f"there is no agent {agent}")
        return record

    def _plan(self, extensions: Sequence[str], password: str | None, *, renew: bool = False) -> Plan:
        if (renew or password is not None) and len(extensions) != 1:
            raise AgentRefused("a password is for one own phone")
        try:
            return self._phones.plan(extensions, password, renew=renew)
        except ValueError as error:
            raise AgentRefused(str(error)) from None

    def _phone_removed(self, record: AgentRecord) -> bool:
        return bool(record.extension) and self._phones.remove(record.extension)

    def _done(self, records: Sequence[AgentRecord], plan: Plan, *, also: bool = False) -> Done:
        """Tells the switch, where accounts changed, and the engine."""
        late = reload_xml(self._settings) if plan.passwords or also else ""
        notes = (
            *plan.notes,
            late and f"{late}; accounts are as they were until it next reads its XML",
            tell_engine(self._settings),
        )
        return Done(tuple(records), plan.passwords, tuple(note for note in notes if note))

    def _act(self) -> Act:
        return Act(os_user(), round(self._clock.now().timestamp() * 1000))

    def _upgrade(self) -> None:
        databases.ready(self._settings)


def with_pin(record: AgentRecord, pin: str) -> AgentRecord:
    """The record with the hash of this PIN. Raises ValueError for one that is too easy."""
    check_pin(pin, (record.id, record.extension))
    return replace(record, pin_hash=hash_pin(pin))


def with_new_pin(record: AgentRecord) -> tuple[str, AgentRecord]:
    """A PIN that was made, and the record with its hash."""
    pin = new_pin((record.id, record.extension))
    return pin, with_pin(record, pin)


def os_user() -> str:
    """Who runs this process, and on whose behalf; the system's word, not the environment's."""
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        name = str(os.getuid())
    caller = os.environ.get("SUDO_USER", "") if os.getuid() == 0 else ""  # which only root could forge
    return f"{name} ({caller})" if caller else name
