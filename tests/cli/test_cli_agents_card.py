"""fsapp agents card: the codes in force, as text and as a page to print."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from fsapp.cli.commands import main
from fsapp.desk.card import card
from fsapp.desk.card_html import html
from fsapp.desk.card_text import text
from fsapp.desk.codes import CODES
from fsapp.desk.planning import Surroundings, plan
from fsapp.domain.desk import Placed, Word, break_reason, code, without

ROOT = Path(__file__).parents[2]


def printed(*words: Word, language: str = "en") -> str:
    return text(card(plan([Placed(each, "agents.py", 1) for each in words], Surroundings()), language))


def page(*words: Word, language: str = "en") -> str:
    return html(card(plan([Placed(each, "agents.py", 1) for each in words], Surroundings()), language))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_repositorys_card_has_every_code_with_its_keys(
    language: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["agents", "card", "--language", language]) == 0
    out = capsys.readouterr().out
    for each in CODES:
        assert f"  {each.keys}  {each.says(language)}" in out


def test_the_card_shows_the_sites_keys_and_leaves_out_what_it_does_without() -> None:
    out = printed(code("*0", "sign_in"), without("fax"))
    assert "  *0   sign in, at any phone" in out
    assert "fax" not in out


def test_the_card_leaves_out_lists_that_are_empty() -> None:
    out = printed(break_reason(1, "lunch", zh="用餐", en="lunch"))
    assert "  Reasons  1 lunch" in out
    assert "Queues" not in out


def test_a_long_list_goes_on_in_the_next_line() -> None:
    reasons = [break_reason(number, f"reason_{number}", zh="原因", en=f"a long reason {number}") for number in range(9)]
    lines = printed(*reasons).splitlines()
    first = next(index for index, line in enumerate(lines) if "Reasons" in line)
    assert lines[first + 1].startswith(" " * 11)
    assert all(f"a long reason {number}" in "\n".join(lines) for number in range(9))


def test_what_the_site_wrote_is_escaped_on_the_page() -> None:
    out = page(break_reason(1, "x", zh="<b>", en="<script>alert(1)</script>"))
    assert "<script>" not in out
    assert "&lt;script&gt;" in out


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_is_one_file_of_a5_that_loads_nothing(language: str) -> None:
    out = page(without("fax"), language=language)
    assert "size: A5" in out
    assert not any(word in out for word in ("http:", "https:", "src=", "url(", "@import"))
    body = out[out.index("<h1>") : out.index("</html>")]
    ElementTree.fromstring(f"<all>{body}</all>")  # noqa: S314 - our own page


def test_a_page_can_be_written_to_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["agents", "card", "--format", "html", "-o", str(tmp_path / "card.html")]) == 0
    assert "座席话机代码卡" in (tmp_path / "card.html").read_text(encoding="utf-8")


def test_a_site_without_a_desk_is_told_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["agents", "card"]) == 2
    assert "there is no desk: no file in dialplan says a word of it" in capsys.readouterr().err


def test_the_readme_shows_the_card_as_it_is_printed_and_explains_every_code(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    main(["agents", "card", "--language", "zh"])
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"```text\n{capsys.readouterr().out}```" in readme, "run: fsapp agents card --language zh"
    assert not [each.keys for each in CODES if f"`{each.keys}`" not in readme]
