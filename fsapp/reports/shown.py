"""How values are written: for people, and for spreadsheets."""

from fsapp.reports.model import Column, Unit, Value

NOTHING = "-"
_DECIMALS = 4


def shown(value: Value, unit: Unit) -> str:
    """As a person reads it: `83.3%`, `1:05`, `12:30:00`."""
    if value is None:
        return NOTHING
    if isinstance(value, str) or unit in (Unit.TEXT, Unit.COUNT):
        return str(value)
    match unit:
        case Unit.SHARE:
            return f"{value:.1%}"
        case Unit.TIME:
            return _clock(value, hours=abs(value) >= 3_600_000)
        case Unit.HOURS:
            return _clock(value, hours=True)
        case _:
            return f"{value:.2f}"


def plain(value: Value, column: Column) -> str | int | float | None:
    """As a program reads it: times are seconds, shares from 0 to 1."""
    if value is None or isinstance(value, str) or column.unit in (Unit.TEXT, Unit.COUNT):
        return value
    if column.unit in (Unit.TIME, Unit.HOURS):
        return round(value / 1000, 3)
    return round(value, _DECIMALS)


def _clock(milliseconds: float, *, hours: bool) -> str:
    seconds = round(abs(milliseconds) / 1000)
    sign = "-" if milliseconds < 0 and seconds else ""
    minutes, seconds = divmod(seconds, 60)
    if not hours:
        return f"{sign}{minutes}:{seconds:02}"
    return f"{sign}{minutes // 60}:{minutes % 60:02}:{seconds:02}"
