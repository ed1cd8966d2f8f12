"""conf/calendars.yaml: what is shipped, and every way to get it wrong, with its place."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from fsapp.domain.errors import ConfigError
from fsapp.files.calendars import calendars, load_calendars
from fsapp.files.places import parse

SHIPPED = Path(__file__).parents[2] / "conf" / "calendars.yaml"


def state(text: str, moment: str) -> str:
    found = calendars(parse(text.encode(), "calendars.yaml"))["shop"]
    return found.state(datetime.fromisoformat(moment).replace(tzinfo=found.zone))


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        calendars(parse(text.encode(), "calendars.yaml"))
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("moment", "business"),
    [("2026-02-14 09:00", "open"), ("2026-10-01 09:00", "holiday"), ("2026-11-20 12:30", "closed")],
)
def test_the_calendars_shipped(moment: str, business: str) -> None:
    shipped = load_calendars(SHIPPED)
    now = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    assert shipped.names == ("business", "always")
    assert (shipped.state("business", now), shipped.state("always", now)) == (business, "open")


SHOP = """\
shop:
  time_zone: Europe/Berlin
  hours:
    mon-thu: 9:00-17:00
    fri: [13:00-15:00, 09:00-12:00]
    sat: 22:00-02:00
    sun: closed
  holidays: {country: DE, subdivision: BY}
  days:
    2026-12-28..2026-12-30: closed
    2026-12-31: {name: Inventur, hours: 09:00-10:00}
    2027-01-01: 12:00-13:00
"""


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-19 09:00", "open"),
        ("2026-11-20 12:30", "closed"),
        ("2026-11-20 14:00", "open"),
        ("2026-11-22 01:59", "open"),
        ("2026-11-22 10:00", "closed"),
        ("2026-12-27 10:00", "holiday"),  # a Sunday between Christmas and a closed day
        ("2026-12-29 10:00", "holiday"),
        ("2026-12-31 09:30", "open"),
        ("2026-12-31 10:30", "closed"),
        ("2027-01-01 12:30", "open"),
        ("2027-01-06 10:00", "holiday"),
    ],
)
def test_everything_that_can_be_written(moment: str, expected: str) -> None:
    assert state(SHOP, moment) == expected


def test_an_empty_file_has_no_calendars() -> None:
    assert calendars(parse(b"", "calendars.yaml")).names == ()


@pytest.mark.parametrize(
    ("line", "replacement", "finding"),
    [
        ("  time_zone: Europe/Berlin\n", "", "calendars.yaml:1: 'time_zone' is missing"),
        ("Europe/Berlin", "Europe/Bärlin", "calendars.yaml:2: 'time_zone': 'Europe/Bärlin' is no time zone"),
        ("Europe/Berlin", "../../etc/passwd", "calendars.yaml:2: 'time_zone': '../../etc/passwd' is no time zone"),
        ("9:00-17:00", "9-17", "calendars.yaml:4: 'hours.mon-thu': '9-17' are no hours: write them like 08:30-12:00"),
        ("9:00-17:00", "9:00-17:60", "calendars.yaml:4: 'hours.mon-thu': '9:00-17:60': times of the day run from"),
        ("9:00-17:00", "9:00-25:00", "calendars.yaml:4: 'hours.mon-thu': '9:00-25:00': times of the day run from"),
        ("9:00-17:00", "24:00-17:00", "calendars.yaml:4: 'hours.mon-thu': '24:00-17:00': times of the day run from"),
        ("9:00-17:00", "9:00-9:00", "calendars.yaml:4: 'hours.mon-thu': '9:00-9:00' are no hours; a whole day is"),
        ("9:00-17:00", "12", "calendars.yaml:4: 'hours.mon-thu': 12 are no hours"),
        ("09:00-12:00", "09:00-13:30", "calendars.yaml:5: 'hours.fri': these hours overlap"),
        ("mon-thu", "mon-fri", "calendars.yaml:3: 'hours': fri stands here twice"),
        ("mon-thu", "thu-mon", "calendars.yaml:3: 'hours': 'thu-mon' is no day of the week, nor a range"),
        ("mon-thu", "mo", "calendars.yaml:3: 'hours': 'mo' is no day of the week, nor a range"),
        ("BY", "ZZ", "calendars.yaml:8: 'holidays': no public holidays are known for 'DE'"),
        ("{country: DE, subdivision: BY}", "XX", "calendars.yaml:8: 'holidays': no public holidays are known for 'XX'"),
        ("{country", "{land: DE, country", "calendars.yaml:8: there is no setting 'holidays.land' here"),
        ("2026-12-31", "2026-02-29", "calendars.yaml:9: 'days': '2026-02-29' is no date"),
        ("2026-12-28..", "2026-12-31..", "calendars.yaml:9: 'days': '2026-12-31..2026-12-30' runs backward"),
        ("2026-12-28..", "1026-12-28..", "calendars.yaml:9: 'days': '1026-12-28..2026-12-30' runs backward, or over"),
        ("12:00-13:00", "noon", "calendars.yaml:12: 'days.2027-01-01.hours': 'noon' are no hours"),
        ("  days:", "  tage:", "calendars.yaml:9: there is no setting 'tage' here"),
    ],
)
def test_a_mistake_has_its_place_and_a_sentence(line: str, replacement: str, finding: str) -> None:
    found = problems(SHOP.replace(line, replacement, 1))
    assert len(found) == 1, found
    assert found[0].startswith(finding)


def test_all_mistakes_come_at_once() -> None:
    text = SHOP.replace("9:00-17:00", "9-17").replace("XX", "DE") + SHOP.replace("shop:", "kiosk:").replace("BY", "ZZ")
    assert [problem.split(" ")[0] for problem in problems(text)] == ["calendars.yaml:4:", "calendars.yaml:20:"]


def test_a_file_that_is_a_list_is_refused() -> None:
    assert problems("- shop") == ["calendars.yaml:1: this file holds calendars by name: `business:` and so on"]
