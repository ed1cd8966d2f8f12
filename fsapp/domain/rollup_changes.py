"""What a batch of records changes in the tables of sums, added up before it is written."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from fsapp.domain.rollups import DAY, HOUR, Contribution, Family, Span

Key = tuple[str | int, ...]
"""Span, since, and the family's keys."""


class Changes:
    """Of one batch. `clean` makes of a key what the database keeps of it."""

    def __init__(self, clean: Callable[[str], str]) -> None:
        self._clean = clean
        self._hours: dict[tuple[Family, int, tuple[str, ...]], list[int]] = {}

    def add(self, contributions: Iterable[Contribution]) -> None:
        """Records that are new."""
        for family, (at, keys, amounts) in contributions:
            self._apply(family, at, keys, amounts)

    def take_away(self, contributions: Iterable[Contribution]) -> None:
        """Records that others replace. Only families without `most` can forget."""
        for family, (at, keys, amounts) in contributions:
            self._apply(family, at, keys, tuple(-amount for amount in amounts))

    def rows(self) -> Mapping[Family, list[Key]]:
        """By family the rows to be added, as `Family.columns`, in the order of their keys; none that adds nothing."""
        found: dict[Family, dict[Key, list[int]]] = {}
        for (family, hour, keys), amounts in self._hours.items():
            rows = found.setdefault(family, {})
            for key in _keys(family, hour, tuple(map(self._clean, keys))):
                _add(rows.setdefault(key, [0] * len(amounts)), amounts, len(family.sums))
        # In the order of their keys: writers who meet take the rows' locks in one order.
        return {
            family: sorted((*key, *amounts) for key, amounts in rows.items() if any(amounts))
            for family, rows in found.items()
        }

    def _apply(self, family: Family, at: int, keys: tuple[str, ...], amounts: Sequence[int]) -> None:
        place = family, at - at % HOUR, keys
        row = self._hours.get(place)
        if row is None:
            self._hours[place] = list(amounts)
        else:
            _add(row, amounts, len(family.sums))


def _add(row: list[int], amounts: Sequence[int], sums: int) -> None:
    for index, amount in enumerate(amounts):
        if amount:
            row[index] = row[index] + amount if index < sums else max(row[index], amount)


def _keys(family: Family, hour: int, keys: tuple[str, ...]) -> Iterator[Key]:
    yield (Span.HOUR.value, hour, *keys)
    yield (Span.DAY.value, hour - hour % DAY, *keys)
    kept = (value if name in family.in_total else "" for name, value in zip(family.keys, keys, strict=True))
    yield (Span.TOTAL.value, hour, *kept)
