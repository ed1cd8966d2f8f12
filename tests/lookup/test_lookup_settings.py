"""Look-up sources as operators declare them."""

from pathlib import Path

import pytest
from pydantic import Field

from fsapp.domain.errors import ConfigError
from fsapp.files.models import Settings, validated
from fsapp.files.places import parse
from fsapp.lookup.settings import LookupSettings


class Config(Settings):
    lookups: dict[str, LookupSettings] = Field(default_factory=dict)


def load(text: str) -> Config:
    return validated(Config, parse(text.encode(), "fsapp.yaml"))


GOOD = """\
lookups:
  billing:
    sql: {url: "sqlite:///data/billing.db", query: "select amount from bill where account = :account"}
    timeout: 2
    cache: 60
  outage:
    http:
      url: https://oms.example.com/areas/{area}/outages?from={day}
      method: POST
      headers: {x-site: main}
      body: {area: "{area}"}
      at: result.current
      missing: {status: none}
"""


def test_both_kinds_are_read() -> None:
    lookups = load(GOOD).lookups
    billing, outage = lookups["billing"], lookups["outage"]
    assert billing.sql is not None
    assert (billing.sql.url, billing.timeout, billing.cache) == ("sqlite:///data/billing.db", 2.0, 60.0)
    assert outage.http is not None
    assert (outage.http.body, outage.http.missing) == ({"area": "{area}"}, {"status": "none"})


def test_a_url_with_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://me:s3cret@db/billing\n")
    (tmp_path / "url").chmod(0o600)
    settings = load(GOOD.replace("sqlite:///data/billing.db", f"file:{tmp_path}/url"))
    sql = settings.lookups["billing"].sql
    assert sql is not None
    assert sql.url == "postgresql://me:s3cret@db/billing"


@pytest.mark.parametrize(
    ("text", "replacement", "finding"),
    [
        (
            "    sql:",
            "    http: {url: http://x/}\n    sql:",
            "fsapp.yaml:2: 'lookups.billing': a look-up source is either",
        ),
        ("timeout: 2", "timeout: 0", "fsapp.yaml:4: 'lookups.billing.timeout': input should be greater than 0, not 0"),
        ("timeout: 2", "timeout: 31", "fsapp.yaml:4: 'lookups.billing.timeout': input should be less than or equal"),
        ("cache: 60", "cash: 60", "fsapp.yaml:5: there is no setting 'lookups.billing.cash' here"),
        ("https://oms.example.com", "https://{host}", "fsapp.yaml:8: 'lookups.outage.http.url': 'https://{host}/"),
        ("{area}/outages", "{the area}/outages", "fsapp.yaml:8: 'lookups.outage.http.url': "),
        (
            "method: POST",
            "method: DELETE",
            "fsapp.yaml:9: 'lookups.outage.http.method': input should be 'GET' or 'POST'",
        ),
        ("method: POST", "method: GET", "fsapp.yaml:7: 'lookups.outage.http': a `body` wants `method: POST`"),
        (
            "{x-site: main}",
            "{x-site: file:/none}",
            "fsapp.yaml:10: 'lookups.outage.http.headers': the file /none cannot",
        ),
        (
            "{x-site: main}",
            '{x-site: "a\\r\\nb: c"}',
            "fsapp.yaml:10: 'lookups.outage.http.headers': the header 'x-site'",
        ),
    ],
)
def test_a_mistake_has_its_place_and_a_sentence(text: str, replacement: str, finding: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(GOOD.replace(text, replacement, 1))
    assert [str(problem)[: len(finding)] for problem in caught.value.problems] == [finding]
