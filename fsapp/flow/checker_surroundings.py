"""What a flow may refer to beyond itself."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from fsapp.flow.references import Refers


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The names that configuration, catalogue and dialplan know. `prompts` are by language; `lookups` are the sources,
    each with the arguments that it wants.

    `always_set` are the variables that every call begins with. `entered` are the flows that the dialplan's rules give
    calls to, beside those with numbers.
    """

    prompts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    languages: frozenset[str] = frozenset({"zh", "en"})
    lookups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    calendars: frozenset[str] = frozenset()
    queues: frozenset[str] = frozenset()
    ticket_forms: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)
    """The fields of each kind of ticket, with whether they must be filled in."""
    always_set: frozenset[str] = frozenset({"call", "caller", "customer", "language", "now"})
    entered: frozenset[str] = frozenset()

    def names(self, of: Refers) -> Collection[str]:
        """The names that a reference of this sort may have, prompts excepted: those go by language."""
        known: Mapping[Refers, Collection[str]] = {
            Refers.LOOKUP: self.lookups,
            Refers.CALENDAR: self.calendars,
            Refers.QUEUE: self.queues,
            Refers.LANGUAGE: self.languages,
            Refers.TICKET_KIND: self.ticket_forms,
        }
        return known[of]
