"""What `fsapp customers` does: finding, keeping, merging, taking in. Where it raises FsappError nothing is changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fsapp.domain.admin import Act
from fsapp.domain.clock import Clock
from fsapp.domain.customer import Customer
from fsapp.domain.customer_history import Happening
from fsapp.domain.errors import ConfigError, Problem
from fsapp.domain.numbers import plain_number
from fsapp.domain.ticket import milliseconds
from fsapp.server import customers_csv, databases
from fsapp.server.agent_admin import os_user
from fsapp.server.settings import EngineSettings
from fsapp.store.customer_histories import CustomerHistories
from fsapp.store.customer_import import Draft, Progress, Taken, take
from fsapp.store.customers import CustomerEvent, CustomerRefused, Customers, Edit


@dataclass(frozen=True, slots=True)
class CustomerView:
    """One customer, with everything that happened and what became of the data."""

    customer: Customer
    happenings: tuple[Happening, ...]
    events: tuple[CustomerEvent, ...]


class CustomerAdmin:
    """The customers of a site. All raise StoreError where the database cannot be used."""

    def __init__(self, settings: EngineSettings, clock: Clock) -> None:
        """Raises ConfigError where the database is none."""
        self._settings = settings
        self._clock = clock
        self._url = databases.own_url(settings)
        self.customers = Customers(self._url)

    def one(self, text: str) -> Customer:
        """The customer with this number, account, meter or id. Raises CustomerRefused where that is not one."""
        found = self.customers.find(text, limit=10)
        if not found:
            raise CustomerRefused(f"there is no customer {text!r}")
        if len(found) > 1:
            names = ", ".join(f"{each.shown_id} {each.name}".strip() for each in found)
            raise CustomerRefused(f"{text!r} are several customers: {names}; name one by its id")
        return found[0]

    def view(self, text: str, limit: int) -> CustomerView:
        """All about a customer; or about a number that is nobody's, as far as it called. Raises CustomerRefused."""
        histories = CustomerHistories(self._url)
        number = _number(text)
        if number and not self.customers.find(number):
            happenings = histories.of([number], [], limit)
            if not happenings:
                raise CustomerRefused(f"there is no customer {text!r}, and nobody called from that number")
            return CustomerView(Customer(numbers=(number,)), happenings, ())
        customer = self.one(text)
        ids = self.customers.ids_of(customer.id)
        return CustomerView(customer, histories.of(customer.numbers, ids, limit), self.customers.events(ids))

    def ids_and_numbers(self, text: str) -> tuple[tuple[int, ...], tuple[str, ...]]:
        """All ids and numbers of a customer; a number that is nobody's is one all the same. Raises CustomerRefused."""
        number = _number(text)
        if number and not self.customers.find(number):
            return (), (number,)
        customer = self.one(text)
        return self.customers.ids_of(customer.id), customer.numbers

    def add(self, customer: Customer) -> Customer:
        databases.ready(self._settings)
        return self.customers.add(self._act(), customer)

    def change(self, text: str, edit: Edit) -> Customer:
        """`edit` may raise ValueError."""
        customer = self.one(text)
        try:
            return self.customers.change(self._act(), customer.id, edit)
        except ValueError as error:
            raise CustomerRefused(str(error)) from None

    def merge(self, kept: str, other: str) -> Customer:
        return self.customers.merge(self._act(), self.one(kept).id, self.one(other).id)

    def take_in(self, file: Path, *, all_or_none: bool, reading: Progress, writing: Progress) -> Taken:
        """Takes in a CSV file. Raises ConfigError with every row that is wrong, unless what is right is to be taken:
        then `Taken.refused` has them.
        """
        drafts, problems = customers_csv.read(file, reading)
        if problems and all_or_none:
            raise ConfigError(problems + self._also_wrong(drafts, file))
        databases.ready(self._settings)
        taken = take(self._url, self._act(), drafts, file.name, all_or_none=all_or_none, progress=writing)
        if taken.refused and all_or_none:
            raise ConfigError(_problems(file, taken.refused))
        taken.refused += [(each.line, each.sentence) for each in problems]
        taken.refused.sort()
        return taken

    def _also_wrong(self, drafts: Sequence[Draft], file: Path) -> list[Problem]:
        """What is wrong between rows that can be read, so that everything is told at once; nothing is taken."""
        databases.ready(self._settings)
        refused = take(self._url, self._act(), drafts, file.name, only_look=True, progress=_nobody_looks).refused
        return _problems(file, refused)

    def _act(self) -> Act:
        return Act(os_user(), milliseconds(self._clock.now()))


def _problems(file: Path, refused: Sequence[tuple[int, str]]) -> list[Problem]:
    return [Problem(str(file), line, sentence) for line, sentence in refused]


def _nobody_looks(_done: int, _total: int) -> None:
    """It is quick."""


def _number(text: str) -> str:
    try:
        return plain_number(text)
    except ValueError:
        return ""
