"""fsapp prompts: listed, recorded, imported, taken back, exported and checked; no engine runs."""

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from fsapp.cli import prompt_listening
from fsapp.cli.commands import main
from fsapp.cli.prompt_listening import Listened
from fsapp.media import audio

ROOT = Path(__file__).parents[2]

SETTINGS = """
data: data
flows: flows
dialplan: dialplan
queues: queues.yaml
tickets: tickets.yaml
calendars: calendars.yaml
speech: {languages: {zh: {engine: silence, voice: x}, en: {engine: silence, voice: x}}}
"""

FLOW = """version: 1
flow: hotline
language: zh
numbers: ["95598"]
main:
  - say: goodbye
  - collect: {into: account, prompt: enter_account, digits: 4, on: {failed: bye}}
  - goto: bye
bye:
  - say: goodbye
  - hangup
"""

Fsapp = Callable[..., tuple[int, str, str]]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site with the shipped prompts, desk and one flow; the current folder."""
    for name in ("flows", "dialplan"):
        (tmp_path / name).mkdir()
    shutil.copytree(ROOT / "sounds", tmp_path / "sounds")
    shutil.copy(ROOT / "dialplan" / "agents.py", tmp_path / "dialplan")
    for name in ("queues", "tickets", "calendars"):
        shutil.copy(ROOT / "conf" / f"{name}.yaml", tmp_path)
    (tmp_path / "flows" / "hotline.yaml").write_text(FLOW)
    (tmp_path / "fsapp.yaml").write_text(SETTINGS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def prompts(site: Path, capsys: pytest.CaptureFixture[str]) -> Fsapp:
    """Runs `fsapp prompts …`: its exit code, what it printed, and what it complained of."""

    def run(*words: str) -> tuple[int, str, str]:
        try:
            code = main(["prompts", *words, "--config", "fsapp.yaml"])
        except SystemExit as error:
            code = int(error.code or 0)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def take(name: str, seconds: float = 1.0) -> str:
    """A recording in the current folder."""
    tone = 0.02 * np.sin(np.arange(int(seconds * 44100)) / 20)
    soundfile.write(name, np.concatenate([np.zeros(44100), tone, np.zeros(44100)]), 44100)
    return name


def lines(told: tuple[int, str, str]) -> list[dict[str, object]]:
    assert told[0] == 0, told[2]
    return [json.loads(line) for line in told[1].splitlines()]


# What there is.


def test_prompts_are_listed_with_class_and_use(prompts: Fsapp) -> None:
    code, out, _ = prompts("list", "--language", "zh", "--class", "menu")
    rows = [line.split()[:5] for line in out.splitlines()]
    assert code == 0
    assert ["zh", "enter_account", "menu", "spoken", "hotline:7"] in rows


def test_a_list_for_programs_has_every_use(prompts: Fsapp) -> None:
    (goodbye,) = [each for each in lines(prompts("list", "--json", "--language", "zh")) if each["name"] == "goodbye"]
    uses = goodbye["uses"]
    assert isinstance(uses, list)
    assert [(each["who"], each["line"]) for each in uses] == [
        ("desk", 0),
        ("flow hotline, label bye", 10),
        ("flow hotline, label main", 6),
    ]
    assert (goodbye["audio"], goodbye["class"], goodbye["seconds"]) == ("spoken", "announcement", None)


def test_what_a_flow_says_is_listed(prompts: Fsapp) -> None:
    said = {each["name"] for each in lines(prompts("list", "--json", "--flow", "hotline"))}
    assert said == {"goodbye", "enter_account", "nothing_pressed", "wrong_key"}


def test_what_is_missing_in_a_language_is_listed_and_checked(prompts: Fsapp, site: Path) -> None:
    file = site / "sounds" / "en" / "prompts.yaml"
    file.write_text("\n".join(line for line in file.read_text().splitlines() if not line.startswith("closed_now")))
    (missing,) = lines(prompts("list", "--missing", "--json"))
    assert (missing["language"], missing["name"], missing["audio"]) == ("en", "closed_now", "missing")
    code, out, _ = prompts("check")
    assert code == 1
    assert "sounds/en/prompts.yaml:1: the prompt 'closed_now' is missing here; there is one for zh" in out


def test_what_nobody_says_is_listed_and_no_problem(prompts: Fsapp) -> None:
    unused = {each["name"] for each in lines(prompts("list", "--unused", "--json"))}
    assert "transfer_now" in unused
    assert not unused & {"goodbye", "sorry", "desk_ready", "beep", "ways_to_pay"}
    code, out, _ = prompts("check")
    assert code == 0
    assert "unused: transfer_now" in out


def test_a_site_that_is_broken_still_lists_its_prompts(prompts: Fsapp, site: Path) -> None:
    (site / "flows" / "hotline.yaml").write_text("version: 1")
    code, out, err = prompts("list", "--class", "menu")
    assert code == 0
    assert "enter_account" in out
    assert err.startswith("who uses a prompt is not known: ")


def test_a_check_for_programs_is_one_object(prompts: Fsapp, site: Path) -> None:
    (site / "sounds" / "zh" / "goodbye.wav").write_bytes(b"RIFF")
    code, out, _ = prompts("check", "--json", "--language", "zh")
    told = json.loads(out)
    assert code == 1
    assert any("goodbye.wav" in each and "not a mono 16-bit WAV" in each for each in told["problems"])


# What comes and goes.


def test_an_import_is_the_prompt_from_now_on(prompts: Fsapp, site: Path) -> None:
    code, out, _ = prompts("import", take("goodbye.mp3"), "--language", "zh", "--by", "王芳")
    assert code == 0
    assert out.startswith("1.1 s of goodbye.mp3 are now goodbye (zh)\ncallers hear it once an engine has read it: ")
    assert audio.read(site / "sounds" / "zh" / "goodbye.wav").rate == 16000
    assert prompts("history", "goodbye")[1].split("\n")[1].split()[2:6] == ["zh", "goodbye", "imported", "王芳"]


def test_an_import_may_have_another_name(prompts: Fsapp, site: Path) -> None:
    assert prompts("import", take("take 7.wav"), "--name", "sorry", "--language", "en")[0] == 0
    assert (site / "sounds" / "en" / "sorry.wav").stat().st_size < 50_000


def test_several_imports_stand_for_themselves(prompts: Fsapp, site: Path) -> None:
    (site / "sorry.wav").write_bytes(b"nonsense")
    before = (site / "sounds" / "zh" / "sorry.wav").read_bytes()
    code, out, err = prompts("import", take("goodbye.wav"), "sorry.wav", take("closed_now.flac"), "--language", "zh")
    assert code == 2
    assert "goodbye (zh)" in out
    assert "closed_now (zh)" in out
    assert err.startswith("fsapp prompts: sorry.wav: sorry.wav is no sound that can be read, such as WAV, MP3")
    assert (site / "sounds" / "zh" / "sorry.wav").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--name", "../../evil", "--language", "zh"), "there is no prompt '../../evil' in 'zh'"),
        (("--name", "/etc/passwd", "--language", "zh"), "there is no prompt '/etc/passwd' in 'zh'"),
        (("--name", "", "--language", "zh"), "there is no prompt '' in 'zh'"),
        (("--name", "goodby", "--language", "zh"), "there is no prompt 'goodby' in 'zh'; did you mean 'goodbye'?"),
        (("--name", "goodbye", "--language", "../zh"), "there are no prompts in '../zh'; there are some in en, zh"),
    ],
)
def test_a_name_that_is_no_prompts_is_refused(
    prompts: Fsapp, site: Path, words: tuple[str, ...], sentence: str
) -> None:
    code, out, err = prompts("import", take("a.wav"), *words)
    assert (code, out) == (2, "")
    assert sentence in err
    assert not list(site.rglob("evil*"))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("missing.wav", "--language", "zh"), "there is no file missing.wav"),
        (("sounds", "--name", "goodbye", "--language", "zh"), "there is no file sounds"),
        (("a.wav", "b.wav", "--name", "goodbye", "--language", "zh"), "--name is for one file"),
    ],
)
def test_what_cannot_be_imported_is_a_sentence(prompts: Fsapp, words: tuple[str, ...], sentence: str) -> None:
    if words[0] == "missing.wav":
        words = (*words, "--name", "goodbye")
    code, _, err = prompts("import", *words)
    assert code == 2
    assert sentence in err


def test_a_history_that_cannot_be_written_changes_nothing(prompts: Fsapp, site: Path) -> None:
    (site / "data").mkdir()
    (site / "data" / "prompts").write_text("in the way")
    code, _, err = prompts("import", take("goodbye.wav"), "--language", "zh")
    assert code == 2
    assert "exists: " in err
    assert sorted(each.name for each in (site / "sounds" / "zh").iterdir()) == ["beep.wav", "prompts.yaml", "sorry.wav"]


def test_an_earlier_recording_is_taken_back(prompts: Fsapp, site: Path) -> None:
    (first,) = lines(prompts("import", take("goodbye.wav", 1), "--language", "zh", "--json"))
    prompts("import", take("goodbye.wav", 2), "--language", "zh")
    recording = site / "sounds" / "zh" / "goodbye.wav"
    assert audio.read(recording).seconds == pytest.approx(2.12, abs=0.1)
    digest = str(first["sha256"])
    code, out, _ = prompts("history", "goodbye", "--language", "zh", "--restore", digest[:10])
    assert (code, out.splitlines()[0]) == (0, f"goodbye (zh) is {digest[:12]} again")
    assert audio.read(recording).seconds == pytest.approx(1.12, abs=0.1)
    assert [each["what"] for each in lines(prompts("history", "--json"))] == ["imported", "imported", "restored"]


def test_a_voice_speaks_again_where_a_recording_is_removed(prompts: Fsapp, site: Path) -> None:
    prompts("import", take("goodbye.wav"), "--language", "zh")
    code, out, _ = prompts("history", "goodbye", "--language", "zh", "--voice")
    assert (code, out.splitlines()[0]) == (0, "a voice speaks goodbye (zh) again; the recording is kept")
    assert not (site / "sounds" / "zh" / "goodbye.wav").exists()


def test_what_is_taken_back_needs_a_name_and_a_language(prompts: Fsapp) -> None:
    assert "say which prompt" in prompts("history", "goodbye", "--restore", "abcd1234")[2]
    assert "0 recordings are kept" in prompts("history", "goodbye", "--language", "zh", "--restore", "abcd1234")[2]


def test_a_change_by_hand_is_told(prompts: Fsapp, site: Path) -> None:
    prompts("import", take("goodbye.wav"), "--language", "zh")
    shutil.copy(site / "sounds" / "zh" / "beep.wav", site / "sounds" / "zh" / "goodbye.wav")
    assert "changed by hand: " in prompts("check")[1]


# At the telephone.


def test_an_order_to_record_tells_what_to_dial(prompts: Fsapp) -> None:
    code, out, _ = prompts("record", "goodbye", "sorry", "--language", "zh")
    first, *rest = out.splitlines()
    assert code == 0
    assert first.startswith("dial *93")
    assert first.endswith(" at any phone where a supervisor is signed in, within 24 hours")
    assert rest[0] == "  goodbye: 感谢您的来电，再见。"


def test_a_class_is_recorded_as_a_whole(prompts: Fsapp) -> None:
    (order,) = lines(prompts("record", "--class", "callback", "--language", "en", "--json"))
    assert order["names"] == ["callback_number_is", "callback_choose", "callback_enter", "callback_recorded"]
    assert str(order["dial"]).startswith("*93")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--language", "zh"), "say which prompts: their names, or --class"),
        (("goodbye", "--class", "menu", "--language", "zh"), "say which prompts: their names, or --class"),
        (("--class", "no_such", "--language", "zh"), "there are no such prompts"),
        (("goodby", "--language", "zh"), "did you mean 'goodbye'?"),
    ],
)
def test_an_order_names_prompts_that_there_are(prompts: Fsapp, words: tuple[str, ...], sentence: str) -> None:
    code, _, err = prompts("record", *words)
    assert code == 2
    assert sentence in err


def test_a_site_without_the_code_says_so(prompts: Fsapp, site: Path) -> None:
    with (site / "dialplan" / "agents.py").open("a") as file:
        file.write("\nfrom fsapp.domain.desk import without\nwithout('record_prompts')\n")
    code, _, err = prompts("record", "goodbye", "--language", "zh")
    assert (code, err) == (
        2,
        "fsapp prompts: phones have no code 'record_prompts' here: see dialplan/agents.py\n",
    )


# For a studio, and for FreeSWITCH.


def test_an_export_is_files_and_a_list(prompts: Fsapp, site: Path) -> None:
    prompts("import", take("goodbye.wav"), "--language", "zh")
    code, out, _ = prompts("export", "studio", "--language", "zh", "--class", "announcement")
    with (site / "studio" / "prompts.csv").open(encoding="utf-8-sig") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    assert code == 0
    assert out == f"{len(rows)} prompts in studio, listed in prompts.csv\n"
    assert rows["goodbye"] == {
        "language": "zh",
        "class": "announcement",
        "name": "goodbye",
        "audio": "recorded",
        "file": "zh/announcement/goodbye.wav",
        "text": "感谢您的来电，再见。",
    }
    assert all(audio.read(site / "studio" / row["file"]).seconds > 0 for row in rows.values())


def test_an_export_comes_back_as_an_import(prompts: Fsapp) -> None:
    prompts("import", take("goodbye.wav"), "--language", "zh")
    prompts("export", "studio", "--language", "zh", "--class", "announcement")
    assert prompts("import", "studio/zh/announcement/goodbye.wav", "--language", "zh")[0] == 0


def test_the_words_of_numbers_are_exported_for_freeswitch(prompts: Fsapp, site: Path) -> None:
    code, out, _ = prompts("export", "say", "--say", "--language", "zh")
    assert code == 0
    assert f"  zh: sound_prefix {site}/say/zh/cn/fsapp" in out
    for rate in audio.RATES:
        assert audio.read(site / f"say/zh/cn/fsapp/digits/{rate}/100000000.wav").rate == rate


def test_numbers_are_said_in_two_languages(prompts: Fsapp) -> None:
    assert "numbers are said in zh, en; not in 'fr'" in prompts("export", "say", "--say", "--language", "fr")[2]


# What a recogniser hears.


def test_listening_is_summed_up_by_language_and_voice() -> None:
    found = [
        Listened("zh", "kokoro", "a", "你好", "你好", 0, 2),
        Listened("zh", "kokoro", "b", "再见", "在家", 1, 2),
        Listened("en", "recorded", "a", "hello", "hello", 0, 1),
    ]
    assert list(prompt_listening.rows(found)) == [
        ("en", "recorded", "1", "1", "0.0", "1 of 1"),
        ("zh", "kokoro", "2", "4", "25.0", "1 of 2"),
    ]
