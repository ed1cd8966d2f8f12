"""Paths that stay where they belong."""

from pathlib import Path

import pytest

from fsapp.files.paths import under


def test_a_plain_name_is_a_file_below_the_root(tmp_path: Path) -> None:
    assert under(tmp_path, "zh/welcome.wav") == tmp_path.resolve() / "zh/welcome.wav"


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "a/../../b",
        "/etc/passwd",
        "%2e%2e/x",
        "{modname=x}a.wav",
        "shell_stream://id",
        "http://169.254.169.254/",
        "a b",
        "",
        ".hidden",
        "a//b",
        "a\n",
    ],
)
def test_a_name_that_leads_out_or_means_more_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="no file name"):
        under(tmp_path, name)


def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "out").symlink_to(tmp_path)
    with pytest.raises(ValueError, match="leads out"):
        under(root, "out/secret")
