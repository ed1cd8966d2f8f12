"""A site's files, read together: what is put in force, and what is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fsapp.domain.errors import ConfigError
from fsapp.flow.registry import discover
from fsapp.server import settings, site_files
from fsapp.server.site_files import SiteFiles

FLOW = """version: 1
flow: hotline
language: zh
numbers: ["95598"]
main:
  - say: goodbye
  - say: "今天是{{ now | date }}。"
  - say: "营业时间为八点到十八点。"
  - hangup
"""

PROMPTS = "goodbye: 再见。\nsorry: 抱歉。\nall_lines_busy: 忙。\nnumber_not_in_service: 未开通。\n"

Load = Callable[..., SiteFiles]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Writes a site, with what a test says instead, and reads it."""
    files = {
        "flows/hotline.yaml": FLOW,
        "sounds/zh/prompts.yaml": PROMPTS,
        "dialplan/rules.py": "",
        "calendars.yaml": "",
        "fsapp.yaml": "flows: flows\nsounds: sounds\ndialplan: dialplan\ncalendars: calendars.yaml\nlanguages: [zh]\n"
        "queues: queues.yaml\ntickets: tickets.yaml\n",
    }

    def loaded(more: str = "", **others: str) -> SiteFiles:
        for name, text in {**files, **others}.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text + more if name == "fsapp.yaml" else text)
        return site_files.load(settings.load(tmp_path / "fsapp.yaml"), discover("fsapp.steps"))

    return loaded


def refused(load: Load, more: str = "", **others: str) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        load(more, **others)
    return [f"{Path(each.file).name}:{each.line}: {each.sentence}" for each in raised.value.problems]


def test_a_flows_numbers_lead_to_it(load: Load) -> None:
    assert load().plan.dialplan.numbers == {"95598": "hotline"}


def test_only_fixed_words_are_spoken_ahead(load: Load) -> None:
    words = {wanted.text for wanted in site_files.texts(load())}
    assert words == {"再见。", "抱歉。", "忙。", "未开通。", "营业时间为八点到十八点。"}


def test_a_default_flow_that_is_not_there_is_refused(load: Load) -> None:
    assert refused(load, "default_flow: nobody\n") == [
        "fsapp.yaml:8: 'default_flow': there is no flow 'nobody'; known: hotline"
    ]


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("database: mysql://db/calls", "8: 'database': 'mysql' is no database this engine knows"),
        ("database: sqlite://calls.db", "8: 'database': an SQLite URL has three slashes"),
        (
            "lookups:\n  bill:\n    sql: {url: 'oracle://x', query: SELECT 1}",
            "10: 'lookups.bill.sql.url': 'oracle' is no",
        ),
    ],
)
def test_a_database_that_nobody_knows_is_refused_together_with_all_else(
    load: Load, setting: str, expected: str
) -> None:
    found = refused(load, setting, **{"flows/hotline.yaml": "a: [\n"})
    assert len(found) == 2
    assert found[1].startswith(f"fsapp.yaml:{expected}")


SOURCES = """lookups:
  bill: {sql: {url: "sqlite:///bills.db", query: "SELECT 1 WHERE :account = :month"}}
  area: {http: {url: "http://127.0.0.1/{area}", method: POST, body: {day: "{day}"}}}
"""


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("source: bill, acount: 1, month: 2", ["no argument 'acount'; did you mean 'account'?", "wants 'account'"]),
        ("source: area, day: 2", ["wants 'area'; write `area: …`"]),
    ],
)
def test_a_lookup_that_does_not_give_what_its_source_wants_is_refused(
    load: Load, given: str, expected: list[str]
) -> None:
    lookup = f"  - lookup: {{{given}, into: x, on: {{missing: bye}}}}\n"
    flow = FLOW.replace("  - hangup\n", f"{lookup}  - goto: bye\nbye:\n  - hangup\n")
    found = refused(load, SOURCES, **{"flows/hotline.yaml": flow})
    assert [text in each for text, each in zip(expected, found, strict=True)] == [True] * len(expected)


def test_a_catalogue_without_the_engines_own_prompts_is_refused(load: Load) -> None:
    found = refused(load, **{"sounds/zh/prompts.yaml": "goodbye: 再见。\n"})
    assert found == [
        f"prompts.yaml:1: the engine itself needs the prompt {name!r} here"
        for name in ("all_lines_busy", "number_not_in_service", "sorry")
    ]


def test_a_rule_may_name_only_flows_that_are_there(load: Load) -> None:
    rule = "from fsapp.domain.dialplan import route\n\n@route\ndef night(call, now):\n    return 'nigth'\n"
    assert refused(load, **{"dialplan/rules.py": rule}) == ["rules.py:5: there is no flow 'nigth'; known: hotline"]


def test_flows_that_cannot_be_read_do_not_make_rules_wrong(load: Load) -> None:
    rule = "from fsapp.domain.dialplan import route\n\n@route\ndef night(call, now):\n    return 'hotline'\n"
    found = refused(load, **{"dialplan/rules.py": rule, "flows/hotline.yaml": "a: [\n"})
    assert [each.split(":")[0] for each in found] == ["hotline.yaml"]


def test_problems_of_every_kind_of_file_come_at_once(load: Load) -> None:
    broken = {"flows/hotline.yaml": "a: [\n", "dialplan/rules.py": "1 / 0\n", "sounds/zh/prompts.yaml": "b: [\n"}
    broken |= {"queues.yaml": "d: [\n", "tickets.yaml": "e: [\n"}
    names = {"hotline.yaml", "rules.py", "prompts.yaml", "queues.yaml", "tickets.yaml"}
    assert {each.split(":")[0] for each in refused(load, **broken)} == names


def test_calendars_that_cannot_be_read_do_not_make_tickets_wrong(load: Load) -> None:
    broken = {"calendars.yaml": "c: [\n", "tickets.yaml": "calendar: business\n"}
    names = {"calendars.yaml"}
    assert {each.split(":")[0] for each in refused(load, **broken)} == names


def test_queues_are_read_and_a_site_may_have_none(load: Load) -> None:
    assert load().queues == {}
    assert load(**{"queues.yaml": "service: {wrap_up_time: 20}\n"}).queues["service"].wrap_up_time == 20


TICKETS = """departments: {service: {name: 客户服务部}}
kinds:
  fault: {owner: service, fields: {address: {required: true}}}
"""


def test_kinds_of_tickets_are_read_and_a_site_may_have_none(load: Load) -> None:
    assert load().tickets.kinds == {}
    assert load(**{"tickets.yaml": TICKETS}).tickets.kinds["fault"].owner == "service"


def test_a_flow_fills_in_the_forms_of_tickets(load: Load) -> None:
    flow = FLOW.replace("  - hangup\n", "  - ticket: {kind: fault, on: {failed: main}}\n  - hangup\n")
    assert flow != FLOW
    found = refused(load, **{"tickets.yaml": TICKETS, "flows/hotline.yaml": flow})
    assert any("a 'fault' wants the field 'address'; write `fields: {address: …}`" in each for each in found)


KINDS = """fax:
  deliver:
    - {category: orders, folder: orders}
    - {category: complaints, ticket: falt}
voicemail:
  mail:
    queue:nobody: [a@example.com]
    ticket:fault: [a@example.com]
    ticket:none: [a@example.com]
"""


def test_kinds_of_tickets_that_settings_name_must_be_there(load: Load) -> None:
    assert refused(load, KINDS, **{"tickets.yaml": TICKETS}) == [
        "fsapp.yaml:11: 'fax.deliver.1.ticket': there is no kind of ticket 'falt'; did you mean 'fault'?",
        "fsapp.yaml:16: 'voicemail.mail.ticket:none': there is no kind of ticket 'none'; known: fault",
    ]


QUEUES = """service:
  moh_sound: goodbye
sales:
  moh_sound: goodby
  announcements:
    announce_sound: please_wait
"""


def test_a_queue_that_names_a_prompt_that_is_not_there_is_refused(load: Load) -> None:
    assert refused(load, **{"queues.yaml": QUEUES}) == [
        "queues.yaml:4: there is no prompt 'goodby' for 'zh'; did you mean 'goodbye'?",
        "queues.yaml:6: there is no prompt 'please_wait' for 'zh'; "
        "known: all_lines_busy, goodbye, number_not_in_service, sorry",
    ]


def test_a_recording_nobody_can_play_is_told_and_refuses_nothing(load: Load) -> None:
    (weak,) = load(**{"sounds/zh/goodbye.wav": "no sound at all"}).weak
    assert weak.file.endswith("goodbye.wav")
