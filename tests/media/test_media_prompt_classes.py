"""sounds/classes.yaml sorts prompts; a mistake in it has a place."""

from pathlib import Path

import pytest

from fsapp.domain.errors import ConfigError
from fsapp.media import catalogue

ROOT = Path(__file__).parents[2]


def classes(folder: Path, text: str) -> catalogue.Catalogue:
    (folder / "en").mkdir()
    (folder / "en" / "prompts.yaml").write_text("goodbye: Goodbye.\ndesk_busy: Busy.\ndesk_ready: Ready.")
    (folder / "classes.yaml").write_text(text)
    return catalogue.load(folder)


def test_a_class_has_names_and_beginnings_of_names(tmp_path: Path) -> None:
    found = classes(tmp_path, "desk: [desk_*]\nannouncement: [goodbye]")
    assert [found.classes.of(name) for name in ("goodbye", "desk_busy", "desk_ready")] == [
        "announcement",
        "desk",
        "desk",
    ]
    assert found.problems == ()


def test_the_first_class_that_fits_counts(tmp_path: Path) -> None:
    found = classes(tmp_path, "urgent: [desk_busy]\ndesk: [desk_*]")
    assert (found.classes.of("desk_busy"), found.classes.of("desk_ready")) == ("urgent", "desk")


def test_what_nobody_sorted_is_of_the_class_other(tmp_path: Path) -> None:
    assert classes(tmp_path, "").classes.of("goodbye") == "other"


def test_a_name_that_is_no_prompts_is_told(tmp_path: Path) -> None:
    found = classes(tmp_path, "desk: [desk_*, welcome]\nold: [old_*]")
    assert [str(each).removeprefix(f"{tmp_path}/") for each in found.problems] == [
        "classes.yaml:1: there is no prompt 'welcome', which the class 'desk' names",
        "classes.yaml:2: there is no prompt 'old_*', which the class 'old' names",
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("- desk", "classes.yaml:1: this file maps classes to names: `menu: [rate_service]`"),
        ("a: [b]\nDesk: [x]", "classes.yaml:2: 'Desk' is no class; use small letters, digits and `_`"),
        ("desk: desk_busy", "classes.yaml:1: 'desk' needs names of prompts: [goodbye, desk_*]"),
        ("desk: [../x]", "classes.yaml:1: 'desk' needs names of prompts: [goodbye, desk_*]"),
        ("desk: [1]", "classes.yaml:1: 'desk' needs names of prompts: [goodbye, desk_*]"),
    ],
)
def test_a_mistake_has_a_place(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as error:
        classes(tmp_path, text)
    assert [str(each).removeprefix(f"{tmp_path}/") for each in error.value.problems] == [sentence]


def test_the_shipped_prompts_are_all_sorted() -> None:
    found = catalogue.load(ROOT / "sounds")
    assert [name for _, name in found.prompts if found.classes.of(name) == "other"] == []
