"""Files that are no documents: a clear sentence, whatever they hold."""

from contextlib import suppress
from pathlib import Path

import pypdfium2
import pytest
from fpdf import FPDF
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from fsapp.domain.errors import MediaError
from fsapp.domain.fax import MOST_PAGES, Resolution
from fsapp.fax import making, tiff
from fsapp.fax.jobs import MakeFax, MakePdf
from fsapp.fax.pages import WIDTH

pytestmark = pytest.mark.filterwarnings("ignore:::PIL")

CHECKS = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
FUZZ = settings(max_examples=80, deadline=None, suppress_health_check=CHECKS)
SLOW = settings(max_examples=10, deadline=None, suppress_health_check=CHECKS)


def made(source: Path) -> int:
    return making.fax(MakeFax(str(source), str(source.with_name("made.tif")), scratch=str(source.parent))).pages


def written(folder: Path, name: str, content: bytes) -> Path:
    (folder / name).write_bytes(content)
    return folder / name


def small_pdf(pages: int = 1, password: str = "") -> bytes:
    document = FPDF()
    if password:
        document.set_encryption(owner_password="owner", user_password=password)
    for _ in range(pages):
        document.add_page()
    return bytes(document.output())


def small_fax(folder: Path, pages: int = 2) -> bytes:
    tiff.write(folder / "whole.tif", (Image.new("1", (WIDTH, 64), 1) for _ in range(pages)), Resolution.FINE)
    return (folder / "whole.tif").read_bytes()


def test_a_locked_pdf_says_so(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"a\.pdf is locked by a password"):
        made(written(tmp_path, "a.pdf", small_pdf(password="secret")))


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"%PDF-1.7\n%%EOF", small_pdf()[:200]])
def test_a_broken_pdf_says_so(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(MediaError, match=r"a\.pdf is no PDF that can be read"):
        made(written(tmp_path, "a.pdf", content))


def test_a_document_has_a_most_of_pages(tmp_path: Path) -> None:
    document = pypdfium2.PdfDocument.new()
    for _ in range(MOST_PAGES + 1):
        document.new_page(100, 100)
    document.save(tmp_path / "a.pdf")
    with pytest.raises(MediaError, match="has 501 pages, and 500 is the most"):
        made(tmp_path / "a.pdf")


def test_a_text_has_a_most_of_pages(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="has 501 pages, and 500 is the most"):
        made(written(tmp_path, "a.txt", b"\f" * MOST_PAGES))


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.doc", b"\xd0\xcf\x11\xe0", "print it as PDF first"),
        ("a.txt", b"a\0b", "is no text"),
        ("a.txt", b"\xff\xff\xff", "is no text in UTF-8 or GB 18030"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "neither PDF"),
        ("a.txt", "🖷".encode(), "has no"),
        ("a.tif", b"II*\0\0\0\0\0", "has no pages"),
        ("a.tif", b"II*\0\xff\xff\xff\xff", "is damaged"),
        ("a.jpg", b"", "print it as PDF first"),
    ],
)
def test_what_is_no_document_is_told_in_a_sentence(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    with pytest.raises(MediaError, match=sentence):
        made(written(tmp_path, name, content))


def test_a_loop_of_pages_ends(tmp_path: Path) -> None:
    content = bytearray(small_fax(tmp_path, pages=1))
    at = int.from_bytes(content[4:8], "little")
    end = at + 2 + 12 * int.from_bytes(content[at : at + 2], "little")
    content[end : end + 4] = content[4:8]
    with pytest.raises(MediaError, match="is damaged"):
        made(written(tmp_path, "a.tif", bytes(content)))


def test_a_picture_may_not_burst(tmp_path: Path) -> None:
    Image.new("1", (20_000, 20_000)).save(tmp_path / "a.png")
    with pytest.raises(MediaError, match="larger than 60 million dots"):
        made(tmp_path / "a.png")


def test_of_a_fax_that_broke_off_the_whole_pages_are_kept(tmp_path: Path) -> None:
    whole = small_fax(tmp_path, pages=3)
    cut = written(tmp_path, "cut.tif", whole[: len(whole) * 2 // 3])
    with pytest.raises(MediaError):
        making.as_pdf(MakePdf(str(cut), str(tmp_path / "cut.pdf")))
    assert 1 <= making.as_pdf(MakePdf(str(cut), str(tmp_path / "cut.pdf"), partial=True)).pages < 3


@FUZZ
@given(st.data())
def test_a_fax_with_garbage_in_it_breaks_nothing(tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(small_fax(tmp_path))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    _fails_clearly(written(tmp_path, "a.tif", bytes(content)))


@FUZZ
@given(st.data())
def test_a_pdf_with_garbage_in_it_breaks_nothing(tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(small_pdf())
    for _ in range(data.draw(st.integers(1, 12))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    _fails_clearly(written(tmp_path, "a.pdf", bytes(content)))


@FUZZ
@given(st.binary(max_size=300), st.sampled_from(["II*\0", "MM\0*", "%PDF-1.4\n", "GIF89a", "BM", ""]))
def test_garbage_breaks_nothing(tmp_path: Path, content: bytes, head: str) -> None:
    for name in ("a.tif", "a.txt"):
        _fails_clearly(written(tmp_path, name, head.encode("latin-1") + content))


@SLOW
@given(st.text(max_size=400))
def test_any_html_is_drawn_or_refused(tmp_path: Path, words: str) -> None:
    _fails_clearly(written(tmp_path, "a.html", f"<p>{words}</p><table><tr>{words}".encode("utf-8", "replace")))


def _fails_clearly(source: Path) -> None:
    """A document is made that machines admit, or a MediaError says why not."""
    with suppress(MediaError):
        pages = made(source)
        assert 1 <= pages <= MOST_PAGES
        for page in tiff.pages(source.with_name("made.tif")):
            assert page.width == WIDTH
            assert page.height <= tiff.MOST_LINES
