"""Recordings compressed by a program of the site's: checked, told of, played; and kept as they are where it fails."""

import shutil
import sys
import wave
from pathlib import Path

import pytest

from tests.cli.test_cli_recordings import DAY, NOW, Fsapp, Site, found, recordings, site

__all__ = ["recordings", "site"]

ZIP = """
import gzip, shutil, sys
opened = {"pack": (open, gzip.open), "unpack": (gzip.open, open)}[sys.argv[1]]
with opened[0](sys.argv[2], "rb") as source, opened[1](sys.argv[3], "wb") as target:
    shutil.copyfileobj(source, target)
"""
SETTINGS = """data: data
queues: queues.yaml
recordings:
  compress: {{pack: {pack}, unpack: {unpack}, suffix: {suffix}, after_hours: 12}}
"""


def compresses(site: Site, pack: str, unpack: str, suffix: str = "gz") -> None:
    (site.folder / "fsapp.yaml").write_text(SETTINGS.format(pack=f"'{pack}'", unpack=f"'{unpack}'", suffix=suffix))


@pytest.fixture
def zipped(site: Site) -> Site:
    """A site whose program is a script that loses nothing."""
    script = site.folder / "zip.py"
    script.write_text(ZIP)
    program = f"{sys.executable} {script}"
    compresses(site, f"{program} pack {{wav}} {{file}}", f"{program} unpack {{file}} {{wav}}")
    return site


def real(path: Path) -> None:
    """Ten seconds of noise as the switch writes them."""
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(range(256)) * 1250)


def recorded(site: Site, name: str, days: int = 1) -> Path:
    return site.recording(name, days=days, write=real)


def test_the_wav_goes_and_both_checksums_stay(zipped: Site, recordings: Fsapp) -> None:
    wav = recorded(zipped, "aaa1")
    content, before = wav.read_bytes(), wav.stat().st_mtime
    assert recordings("compress") == (0, "1 compressed, 0 failed\n", "")
    packed = wav.with_suffix(".gz")
    assert not wav.exists()
    assert sorted(path.name for path in wav.parent.iterdir()) == ["aaa1.gz"]
    (shown,) = found(recordings, "show", "aaa1")
    assert (shown["size"], shown["packed_size"]) == (len(content), packed.stat().st_size)
    assert (shown["packed_path"], packed.stat().st_mtime) == (shown["path"][:-3] + "gz", before)
    assert len({shown["sha256"], shown["packed_sha256"]}) == 2
    assert recordings("verify", "--deep") == (0, "0 findings\n", "")
    assert recordings("compress") == (0, "0 compressed, 0 failed\n", "")


def test_what_is_compressed_is_played_as_a_wav_and_copied_as_it_is(zipped: Site, recordings: Fsapp) -> None:
    wav = recorded(zipped, "aaa1")
    content = wav.read_bytes()
    recordings("compress")
    assert recordings("play", "aaa1", "--out", "copy.wav")[0] == 0
    assert Path("copy.wav").read_bytes() == content
    recordings("play", "aaa1", "--out", "copy.gz")
    assert Path("copy.gz").read_bytes() == wav.with_suffix(".gz").read_bytes()


def test_a_compressed_file_that_is_changed_gone_or_nobodys_is_found(zipped: Site, recordings: Fsapp) -> None:
    wavs = [recorded(zipped, name) for name in ("aaa1", "bbb2")]
    recordings("compress")
    changed, gone = (wav.with_suffix(".gz") for wav in wavs)
    changed.write_bytes(changed.read_bytes() + b"!")
    gone.rename(gone.with_name("stranger.gz"))
    assert {each["what"] for each in found(recordings, "verify")} == {"changed", "missing", "orphaned"}


def test_what_is_young_held_open_or_changed_stays(zipped: Site, recordings: Fsapp) -> None:
    recorded(zipped, "young", days=0)
    recorded(zipped, "held")
    recordings("hold", "held", "--why", "case 12")
    assert recordings("compress", "--dry-run")[1] == "0 would be compressed, 0 failed\n"
    changed = recorded(zipped, "changed")
    changed.write_bytes(changed.read_bytes()[:-1] + b"!")
    code, _, complaint = recordings("compress")
    assert (code, changed.exists()) == (1, True)
    assert "changed stays a WAV: 2026-11-01/kept/changed.wav is not the file that was recorded" in complaint


@pytest.mark.parametrize(
    ("pack", "unpack", "why"),
    [
        ("no-such-program {wav} {file}", "cp {file} {wav}", "no-such-program cannot be run: No such file or directory"),
        ("sh -c 'echo broken >&2; exit 3' {wav} {file}", "cp {file} {wav}", "sh ended with 3: broken"),
        ("true {wav} {file}", "cp {file} {wav}", "cp ended with 1"),
        ("touch {wav} {file}", "cp {file} {wav}", "what was compressed cannot be turned back"),
        ("head -c 9999 {wav} --output {file}", "cp {file} {wav}", "head ended with 1"),
        ("cp half.wav {file} --update={wav}", "cp {file} {wav}", "cp ended with 1"),
    ],
)
def test_a_program_that_fails_leaves_the_wav(site: Site, recordings: Fsapp, pack: str, unpack: str, why: str) -> None:
    compresses(site, pack.replace("'", '"'), unpack)
    wav = recorded(site, "aaa1")
    code, _, complaint = recordings("compress")
    assert code == 1
    assert why in complaint
    assert [path.name for path in wav.parent.iterdir()] == ["aaa1.wav"]
    assert recordings("verify", "--deep")[0] == 0


def test_what_loses_a_part_of_the_recording_is_not_taken(site: Site, recordings: Fsapp) -> None:
    cut = site.folder / "cut.sh"
    cut.write_text('head -c 200000 "$1" > "$2"\n')
    compresses(site, f"sh {cut} {{wav}} {{file}}", "cp {file} {wav}")
    wav = recorded(site, "aaa1")
    _, _, complaint = recordings("compress")
    assert "what was compressed" in complaint
    assert wav.exists()


def test_a_wav_that_was_left_behind_goes_the_next_time(zipped: Site, recordings: Fsapp) -> None:
    wav = recorded(zipped, "aaa1")
    content = wav.read_bytes()
    recordings("compress")
    wav.write_bytes(content)
    assert recordings("verify")[0] == 0
    recordings("compress")
    assert not wav.exists()


def test_what_is_deleted_goes_compressed_too(zipped: Site, recordings: Fsapp) -> None:
    wav = recorded(zipped, "aaa1")
    recordings("compress")
    recordings("delete", "aaa1", "--why", "request 7")
    assert list(wav.parent.iterdir()) == []


def test_nothing_is_compressed_where_no_program_is_set(site: Site, recordings: Fsapp) -> None:
    code, _, complaint = recordings("compress")
    assert (code, complaint) == (2, "fsapp recordings: settings name no program: recordings.compress\n")


@pytest.mark.skipif(not shutil.which("opusenc"), reason="no Opus: apt-get install opus-tools")
def test_opus_as_the_manual_says(site: Site, recordings: Fsapp) -> None:
    compresses(
        site, "opusenc --quiet --bitrate 24 {wav} {file}", "opusdec --quiet --rate 8000 {file} {wav}", suffix="opus"
    )
    wav = recorded(site, "aaa1")
    size = wav.stat().st_size
    assert recordings("compress")[1] == "1 compressed, 0 failed\n"
    assert wav.with_suffix(".opus").stat().st_size < size / 5
    assert recordings("verify", "--deep")[0] == 0


@pytest.mark.skipif(not shutil.which("lame"), reason="no MP3: apt-get install lame")
def test_mp3_as_the_manual_says(site: Site, recordings: Fsapp) -> None:
    compresses(site, "lame --quiet -b 32 {wav} {file}", "lame --quiet --decode {file} {wav}", suffix="mp3")
    wav = recorded(site, "aaa1")
    assert recordings("compress")[1] == "1 compressed, 0 failed\n"
    assert wav.with_suffix(".mp3").exists()


def test_ages_count_from_the_end(zipped: Site, recordings: Fsapp) -> None:
    recorded(zipped, "aaa1", days=1)
    assert NOW - DAY < NOW
    assert recordings("compress", "--dry-run")[1] == "1 would be compressed, 0 failed\n"
