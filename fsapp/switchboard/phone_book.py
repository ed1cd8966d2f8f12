"""The agents' phones that are registered at the stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fsapp.switchboard.agent_phone import AgentPhone
    from fsapp.switchboard.phones import DialString
    from fsapp.switchboard.registrations import Registration


class PhoneBook:
    """By user. As soon as it holds one, whoever is not in it is not registered; until then names decide (phones.py)."""

    def __init__(self) -> None:
        self._phones: dict[str, AgentPhone] = {}

    def add(self, phone: AgentPhone) -> None:
        self._phones[phone.user] = phone

    def phone(self, dialled: DialString) -> AgentPhone | None:
        """The registered phone that a dial string names."""
        phone = self._phones.get(dialled.user) if dialled.is_phone else None
        return phone if phone and phone.registration else None

    def reaches(self, dialled: DialString) -> bool:
        """Whether there is anything to ring."""
        return not self._phones or not dialled.is_phone or self.phone(dialled) is not None

    def registrations(self) -> Iterator[Registration]:
        """Of every phone that is registered."""
        for phone in self._phones.values():
            if phone.registration:
                yield phone.registration
