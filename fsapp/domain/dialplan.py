"""The dialplan: which flow serves a call, and what may be dialled.

The files in dialplan/ are written in these words:

from fsapp.domain.call import Call
from fsapp.domain.dialplan import limits, numbers, phones, route

@route
def night(call: Call, now: datetime) -> str | None:
    return "night_service" if now.hour < 6 else None

mobiles = numbers("1[3-9][0-9]{9}", gateway="pstn")
agents = phones("10[0-9]{2}", profile="internal", domain="fsapp.local")
limits(concurrent=30, minutes_per_day=3000)
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from enum import StrEnum

from fsapp.domain.arguments import Endpoint, Name, Number
from fsapp.domain.call import Call
from fsapp.domain.errors import NotAllowed

Rule = Callable[[Call, datetime], str | None]


@dataclass(frozen=True, slots=True)
class Route:
    """A rule that may name the flow for a call. It looks at its arguments, waits for nothing and stores nothing."""

    name: str
    rule: Rule


def route(rule: Rule) -> Route:
    """Marks a function as a rule: from the call and the site's local time to a flow's name, or None to pass."""
    return Route(rule.__name__, rule)


@dataclass(frozen=True, slots=True)
class Choice:
    """The flow that serves a call, and the name of the rule that said so."""

    flow: str
    rule: str


RuleFailed = Callable[[Route, Exception], None]


@dataclass(frozen=True, slots=True)
class Dialplan:
    """Routes in their order, then the flows' own numbers (DNIS to flow), then a default flow."""

    routes: tuple[Route, ...]
    numbers: Mapping[str, str]
    flows: frozenset[str]
    zone: tzinfo
    default: str | None = None

    def choose(self, call: Call, now: datetime, failed: RuleFailed) -> Choice | None:
        """The first answer in order, or None where nobody serves this call.

        A rule that raises, or names a flow that does not exist, is told to `failed` and passed over.
        """
        local = now.astimezone(self.zone)
        for each in self.routes:
            flow = self._ask(each, call, local, failed)
            if flow is not None:
                return Choice(flow, each.name)
        if call.dnis in self.numbers:
            return Choice(self.numbers[call.dnis], f"number {call.dnis}")
        return Choice(self.default, "default") if self.default else None

    def _ask(self, each: Route, call: Call, local: datetime, failed: RuleFailed) -> str | None:
        try:
            flow = each.rule(call, local)
            if flow is not None and flow not in self.flows:
                raise LookupError(f"there is no flow {flow!r}")
        except Exception as error:  # whatever an engineer's rule does, the next rule still decides
            failed(each, error)
            return None
        return flow


class Tariff(StrEnum):
    """What dialling a number costs, roughly. A rule admits its own tariff only, whatever its pattern matches."""

    ORDINARY = "ordinary"
    INTERNATIONAL = "international"
    PREMIUM = "premium"
    SATELLITE = "satellite"


@dataclass(frozen=True, slots=True)
class Numbers:
    """Outside numbers that may be dialled, and the gateway that takes them."""

    pattern: re.Pattern[str]
    gateway: Name
    tariff: Tariff


def numbers(pattern: str, *, gateway: str, tariff: Tariff = Tariff.ORDINARY) -> Numbers:
    """Allows the numbers that `pattern`, a regular expression, matches as a whole. Raises ValueError."""
    return Numbers(_compiled(pattern), Name(gateway), tariff)


@dataclass(frozen=True, slots=True)
class Phones:
    """Agents' extensions, and where their phones register."""

    pattern: re.Pattern[str]
    profile: Name
    domain: Name


def phones(pattern: str, *, profile: str, domain: str) -> Phones:
    """Allows the extensions that `pattern` matches as a whole. Raises ValueError."""
    return Phones(_compiled(pattern), Name(profile), Name(domain))


@dataclass(frozen=True, slots=True)
class Limits:
    """What outside calls may come to: at once, and on one day of the site. None is no limit."""

    concurrent: int | None = None
    minutes_per_day: int | None = None
    per_number_per_day: int | None = None
    cost_per_day: float | None = None
    cost_per_minute: Mapping[Tariff, float] = field(default_factory=lambda: dict.fromkeys(Tariff, 1.0))


NO_LIMITS = Limits()


def limits(
    *,
    concurrent: int | None = None,
    minutes_per_day: int | None = None,
    per_number_per_day: int | None = None,
    cost_per_day: float | None = None,
    ordinary: float = 1,
    international: float = 10,
    premium: float = 20,
    satellite: float = 50,
) -> Limits:
    """Bounds what outside calls may come to. The last four are what a minute costs, in whatever unit; each begun minute
    counts. Emergency calls always pass, and count nowhere. Raises ValueError for less than nothing.
    """
    prices = (ordinary, international, premium, satellite)
    given = (concurrent, minutes_per_day, per_number_per_day, cost_per_day, *prices)
    if any(each is not None and not 0 <= each < float("inf") for each in given):
        raise ValueError("a limit of outside calls, or a price, is a number from 0 on")
    costs = dict(zip(Tariff, prices, strict=True))
    return Limits(concurrent, minutes_per_day, per_number_per_day, cost_per_day, costs)


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern, re.ASCII)
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression: {error}") from None


@dataclass(frozen=True, slots=True)
class Outbound:
    """The allow-list: what no rule names is refused. `country` (ISO 3166, two letters) is where numbers are read.

    Emergency numbers of the country always pass: by the first rule that matches, else by the first gateway there is.
    """

    numbers: tuple[Numbers, ...] = ()
    phones: tuple[Phones, ...] = ()
    country: str = "CN"
    limits: Limits = NO_LIMITS
    """Whoever counts calls keeps to these: fsapp.domain.outside_calls."""

    def number(self, number: str, call: Call) -> Endpoint:  # noqa: ARG002 - the port gives the call for rules to come
        """The way to an outside number. Raises NotAllowed."""
        dialled = _dialled(number)
        matching = [each for each in self.numbers if each.pattern.fullmatch(dialled)]
        if is_emergency(dialled, self.country):
            matching = matching or list(self.numbers)
        else:
            cost = tariff(dialled, self.country)
            matching = [each for each in matching if each.tariff is cost]
        if not matching:
            raise NotAllowed(f"no rule in the dialplan's outbound list allows {dialled}")
        return Endpoint(dialled, gateway=matching[0].gateway)

    def agent(self, extension: str, call: Call) -> Endpoint:  # noqa: ARG002 - as above
        """The way to an agent's phone. Raises NotAllowed."""
        dialled = _dialled(extension)
        for each in self.phones:
            if each.pattern.fullmatch(dialled):
                return Endpoint(dialled, profile=each.profile, domain=each.domain)
        raise NotAllowed(f"{dialled} is no agent's extension in the dialplan's outbound list")


def _dialled(text: str) -> Number:
    try:
        return Number(text)
    except ValueError as error:
        raise NotAllowed(str(error)) from None


def is_emergency(number: str, country: str) -> bool:
    """Whether this is an emergency number of the country (by libphonenumber's short numbers), and nothing but that:
    libphonenumber does not mind a `*` in it, which makes it something else to a carrier.
    """
    import phonenumbers

    return number.isdecimal() and phonenumbers.is_emergency_number(number, country)


_SATELLITE = frozenset({870, 881, 882, 883})
"""Inmarsat, global mobile satellite systems and international networks (ITU-T E.164, list of country codes)."""


def destination(number: str, country: str) -> str:
    """The one name of a number that can be dialled in several ways: in full (E.164), where it has such a form."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def tariff(number: str, country: str) -> Tariff:
    """The tariff of a number dialled in `country`, by libphonenumber's metadata."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return Tariff.INTERNATIONAL if number.startswith(("+", "00")) else Tariff.ORDINARY
    if parsed.country_code in _SATELLITE:
        return Tariff.SATELLITE
    if phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.PREMIUM_RATE:
        return Tariff.PREMIUM
    if parsed.country_code != phonenumbers.country_code_for_region(country):
        return Tariff.INTERNATIONAL
    return Tariff.ORDINARY
