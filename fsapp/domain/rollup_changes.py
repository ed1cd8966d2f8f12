"""What a batch of records changes in the tables of sums, added up before it is written."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from fsapp.domain.rollups import DAY, HOUR, Contribution, Family, Part, Span

Key = tuple[str | int, ...]
"""Span, since, and the family's keys."""


class Changes:
    """Of one batch. `clean` makes of a key what the database keeps of it."""

    def __init__(self, clean: Callable[[str], str]) -> None:
        self._clean = clean
        self._rows: dict[tuple[Family, Key], list[int]] = {}

    def add(self, contributions: Iterable[Contribution]) -> None:
        """Records that are new."""
        for family, part in contributions:
            self._apply(family, part, 1)

    def take_away(self, contributions: Iterable[Contribution]) -> None:
        """Records that others replace. Only families without `most` can forget."""
        for family, part in contributions:
            self._apply(family, part, -1)

    def rows(self) -> Mapping[Family, list[Key]]:
        """By family the rows to be added, as `Family.columns`, in the order of their keys; none that adds nothing."""
        found: dict[Family, list[Key]] = {}
        for (family, key), amounts in self._rows.items():
            if any(amounts):
                found.setdefault(family, []).append((*key, *amounts))
        for rows in found.values():
            rows.sort()  # writers who meet take the rows' locks in one order
        return found

    def _apply(self, family: Family, part: Part, sign: int) -> None:
        at, keys, amounts = part
        for key in _keys(family, at, tuple(map(self._clean, keys))):
            row = self._rows.get((family, key))
            if row is None:
                self._rows[family, key] = [sign * amount for amount in amounts]
            else:
                _add(row, amounts, sign, len(family.sums))


def _add(row: list[int], amounts: tuple[int, ...], sign: int, sums: int) -> None:
    for index, amount in enumerate(amounts):
        row[index] = row[index] + sign * amount if index < sums else max(row[index], amount)


def _keys(family: Family, at: int, keys: tuple[str, ...]) -> Iterator[Key]:
    hour = at - at % HOUR
    yield (Span.HOUR.value, hour, *keys)
    yield (Span.DAY.value, at - at % DAY, *keys)
    kept = (value if name in family.in_total else "" for name, value in zip(family.keys, keys, strict=True))
    yield (Span.TOTAL.value, hour, *kept)
