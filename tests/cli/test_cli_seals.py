"""Sealed days: whatever is done to the journal beneath a seal shows."""

from pathlib import Path

import pytest

from tests.cli.ledger_site import DAY, Fsapp, Site, call, runner
from tests.reports.scenarios import at


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.chdir(tmp_path)
    return Site(tmp_path)


@pytest.fixture
def fsapp(capsysbinary: pytest.CaptureFixture[bytes]) -> Fsapp:
    return runner(capsysbinary)


@pytest.fixture
def sealed(site: Site, fsapp: Fsapp) -> str:
    code, out, _ = fsapp("ledger", "--seal", "2024-11-24")
    assert code == 0
    assert out[0].startswith("sealed 2024-11-24: 11 events, ")
    return out[0].split()[-1]


@pytest.mark.usefixtures("sealed")
def test_a_sealed_day_that_nobody_touched_is_whole(fsapp: Fsapp) -> None:
    assert fsapp("ledger", "--verify") == (0, ["no differences"], "")
    assert fsapp("ledger", *DAY)[0] == 0


CHANGES = {
    "changed": "UPDATE event SET fields = replace(fields, '138', '139') WHERE call = 'u1' AND seq = 0",
    "moved in time": "UPDATE event SET at = at + 1 WHERE call = 'u1' AND seq = 2",
    "gone": "DELETE FROM event WHERE call = 'u1' AND seq = 1",
    "added": "INSERT INTO event (call, seq, at, kind, fields) VALUES ('u1', 9, 0, 'CallTagged', '{}')",
    "of a queue changed": "UPDATE event SET fields = replace(fields, '1001', '1002') WHERE call = 'acd:r1' AND seq = 2",
}


@pytest.mark.usefixtures("sealed")
@pytest.mark.parametrize("change", CHANGES)
def test_a_row_that_was_changed_after_the_seal_shows(site: Site, fsapp: Fsapp, change: str) -> None:
    site.sql(CHANGES[change])
    for words in (("--verify",), DAY):
        code, out, _ = fsapp("ledger", *words)
        assert code == 1
        assert any("the journal of the hour from 2024-11-24 10:00:00 is not what was sealed" in line for line in out)


@pytest.mark.usefixtures("sealed")
def test_a_seal_that_was_changed_shows(site: Site, fsapp: Fsapp) -> None:
    site.sql("UPDATE journal_seal SET events = 1, day = '2024-11-23'")
    code, out, _ = fsapp("ledger", "--verify")
    assert (code, out[0]) == (1, "DIFFERENCE the seal of 2024-11-23 was changed")


def test_seals_that_were_all_made_anew_are_not_what_was_kept_elsewhere(sealed: str, site: Site, fsapp: Fsapp) -> None:
    assert fsapp("ledger", "--verify", "--expect", sealed)[0] == 0
    site.sql("DELETE FROM journal_seal")
    site.sql(CHANGES["changed"])
    assert fsapp("ledger", "--seal", "2024-11-24")[0] == 0
    assert fsapp("ledger", "--verify")[0] == 0
    code, out, _ = fsapp("ledger", "--verify", "--expect", sealed)
    assert code == 1
    assert f"the latest seal is not {sealed}" in out[0]


def test_days_are_sealed_once_in_order_and_when_they_are_over(site: Site, fsapp: Fsapp) -> None:
    assert fsapp("ledger", "--seal", "2024-11-24")[0] == 0
    for day, sentence in (
        ("2024-11-24", "2024-11-24 is sealed already"),
        ("2024-11-23", "days are sealed in order, and 2024-11-24 is sealed already"),
        ("2199-01-01", "2199-01-01 is not over yet"),
    ):
        assert fsapp("ledger", "--seal", day) == (2, [], f"fsapp ledger: {sentence}\n")
    site.journal(call("u8", ended=False, began=at("10:00", 25)))
    code, _, err = fsapp("ledger", "--seal", "2024-11-25")
    assert (code, "1 calls that began on 2024-11-25 or before have no end yet" in err) == (2, True)
