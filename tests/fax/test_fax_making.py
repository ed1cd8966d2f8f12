"""Documents become fax pages and come back: what machines admit, dot by dot where it is a fax already."""

from pathlib import Path

import pytest
from fpdf import FPDF
from PIL import Image, ImageDraw

from fsapp.domain.errors import MediaError
from fsapp.domain.fax import Resolution
from fsapp.fax import fonts, making, tiff
from fsapp.fax.jobs import Cover, MakeFax, MakePdf, MakePreview
from fsapp.fax.pages import LENGTH, WIDTH

CHINESE = pytest.mark.skipif(
    not any(Path(place).exists() for place in fonts.PLACES),
    reason="no Chinese font: apt-get install fonts-wqy-microhei",
)
BOTH = pytest.mark.parametrize("resolution", list(Resolution))
LETTERS = "Tariff 2026: 312.50 a month."
WORDS = "尊敬的客户：您好！本月电费312.5元。"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def pdf(path: Path, *pages: str, size: str | tuple[float, float] = "A4", lying: bool = False) -> Path:
    document = FPDF(format=size, orientation="landscape" if lying else "portrait")
    document.set_font("helvetica", size=20)
    for words in pages:
        document.add_page()
        document.cell(text=words)
    document.output(str(path))
    return path


def made(source: Path, resolution: Resolution = Resolution.FINE, cover: Cover | None = None) -> list[Image.Image]:
    target = source.with_name("made.tif")
    count = making.fax(MakeFax(str(source), str(target), resolution, cover=cover, scratch=str(source.parent))).pages
    pages = list(tiff.pages(target))
    assert len(pages) == count
    return pages


def ink(page: Image.Image) -> float:
    """The share of a page that is black."""
    return page.histogram()[0] / (page.width * page.height)


def check_pages(pages: list[Image.Image], resolution: Resolution) -> None:
    for page in pages:
        assert page.mode == "1"
        assert page.size == (WIDTH, LENGTH[resolution])
        assert tiff.is_fax(page)
        assert tiff.resolution_of(page) is resolution


@BOTH
def test_a_pdf_becomes_pages_that_machines_admit(folder: Path, resolution: Resolution) -> None:
    pages = made(pdf(folder / "a.pdf", "one", "two", "three"), resolution)
    assert len(pages) == 3
    check_pages(pages, resolution)
    assert all(0 < ink(page) < 0.01 for page in pages)


@BOTH
@pytest.mark.parametrize("size", ["A3", (148, 210), "letter", "legal", (60, 1500), (2000, 30)])
def test_a_page_of_any_size_fits(folder: Path, size: str | tuple[float, float], resolution: Resolution) -> None:
    check_pages(made(pdf(folder / "a.pdf", "x" if isinstance(size, str) else ".", size=size), resolution), resolution)


def test_a_page_that_lies_on_its_side_is_turned(folder: Path) -> None:
    page = made(pdf(folder / "a.pdf", LETTERS, lying=True))[0]
    left, top, right, bottom = page.convert("L").point(lambda level: 255 - level).getbbox() or (0, 0, 0, 0)
    assert bottom - top > 3 * (right - left)


@BOTH
def test_a_fax_goes_through_dot_by_dot(folder: Path, resolution: Resolution) -> None:
    pages = made(pdf(folder / "a.pdf", "one", "two"), resolution)
    again = folder / "again.tif"
    tiff.write(again, pages, resolution, tiff.G3)
    assert [page.tobytes() for page in made(again, Resolution.STANDARD)] == [page.tobytes() for page in pages]


def test_a_fax_becomes_a_pdf_that_looks_the_same(folder: Path) -> None:
    pages = made(pdf(folder / "a.pdf", LETTERS, "two"), Resolution.STANDARD)
    back = folder / "back.pdf"
    assert making.as_pdf(MakePdf(str(folder / "made.tif"), str(back), "title")).pages == 2
    again = made(back, Resolution.STANDARD)
    assert len(again) == 2
    for page, other in zip(pages, again, strict=True):
        assert abs(ink(page) - ink(other)) < 0.002


def test_a_preview_is_a_picture_of_the_page(folder: Path) -> None:
    made(pdf(folder / "a.pdf", LETTERS, "two"))
    making.preview(MakePreview(str(folder / "made.tif"), str(folder / "page.png"), 2))
    with Image.open(folder / "page.png") as picture:
        assert picture.format == "PNG"
        assert picture.width / picture.height == pytest.approx(215 / 297, abs=0.03)


def test_there_is_no_preview_of_a_page_that_is_not_there(folder: Path) -> None:
    made(pdf(folder / "a.pdf", LETTERS))
    with pytest.raises(MediaError, match="there is no page 2"):
        making.preview(MakePreview(str(folder / "made.tif"), str(folder / "page.png"), 2))


@CHINESE
@BOTH
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_text_becomes_pages(folder: Path, resolution: Resolution, encoding: str) -> None:
    (folder / "a.txt").write_bytes((WORDS * 8 + "\n" + LETTERS + "\n" * 30).encode(encoding) * 3)
    pages = made(folder / "a.txt", resolution)
    assert len(pages) == 2
    check_pages(pages, resolution)
    assert all(ink(page) > 0.001 for page in pages)


@CHINESE
def test_the_margins_of_text_are_left_to_the_header_line(folder: Path) -> None:
    (folder / "a.txt").write_text(WORDS * 200)
    for page in made(folder / "a.txt", Resolution.STANDARD):
        for top in (0, page.height - 30):
            assert page.crop((0, top, WIDTH, top + 30)).getextrema() == (255, 255)


def test_a_form_feed_begins_a_page(folder: Path) -> None:
    (folder / "a.txt").write_text("one\ftwo")
    assert len(made(folder / "a.txt")) == 2


def test_an_empty_text_is_an_empty_page(folder: Path) -> None:
    (folder / "a.txt").write_text("")
    assert [ink(page) for page in made(folder / "a.txt")] == [0.0]


@CHINESE
def test_html_becomes_pages(folder: Path) -> None:
    (folder / "a.html").write_text(f"<h1>{WORDS}</h1><p><b>{LETTERS}</b></p><table><tr><td>一</td></tr></table>")
    check_pages(made(folder / "a.html"), Resolution.FINE)


@pytest.mark.parametrize("tag", ['<img src="/etc/passwd">', '<iframe src="http://127.0.0.1/">', "<object></object>"])
def test_html_fetches_nothing(folder: Path, tag: str) -> None:
    (folder / "a.html").write_text(f"<p>x</p>{tag}")
    with pytest.raises(MediaError, match="holds no pictures"):
        made(folder / "a.html")


@pytest.mark.parametrize(("mode", "kind"), [("RGB", "png"), ("RGBA", "png"), ("L", "jpg"), ("P", "gif"), ("1", "bmp")])
def test_a_picture_becomes_a_page(folder: Path, mode: str, kind: str) -> None:
    picture = Image.new("RGB", (600, 800), "white")
    ImageDraw.Draw(picture).rectangle((100, 100, 300, 300), fill="navy")
    picture.convert(mode).save(folder / f"a.{kind}")
    (page,) = made(folder / f"a.{kind}")
    check_pages([page], Resolution.FINE)
    assert ink(page) == pytest.approx(200 * 200 / (600 * 800), rel=0.25)


def test_a_photograph_is_dithered(folder: Path) -> None:
    Image.linear_gradient("L").resize((800, 1000)).save(folder / "a.png")
    (page,) = made(folder / "a.png")
    assert ink(page) == pytest.approx(0.5, abs=0.1)


@CHINESE
def test_a_cover_page_goes_first(folder: Path) -> None:
    (folder / "cover.txt").write_text("致 {{ to }}\n{{ number }}")
    cover = Cover(str(folder / "cover.txt"), {"to": "张伟", "number": "0571"})
    pages = made(pdf(folder / "a.pdf", "x"), Resolution.STANDARD, cover)
    assert len(pages) == 2
    check_pages(pages, Resolution.STANDARD)


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ("{{ nobody }}", "'nobody' is undefined"),
        ("{{ ''.__class__.__mro__ }}", "unsafe"),
        ("{% for i in range(10**9) %}x{% endfor %}", "'range' is undefined"),
        ("{{ 'x' * 10**6 }}", "is the most"),
        ("{% if %}", "Expected an expression"),
    ],
)
def test_a_cover_page_that_cannot_be_filled_in_says_so(folder: Path, template: str, sentence: str) -> None:
    (folder / "cover.txt").write_text(template)
    with pytest.raises(MediaError, match=sentence):
        made(pdf(folder / "a.pdf", "x"), cover=Cover(str(folder / "cover.txt"), {"to": "x"}))


def test_words_of_a_cover_page_are_no_html(folder: Path) -> None:
    (folder / "cover.html").write_text("<p>{{ to }}</p>")
    cover = Cover(str(folder / "cover.html"), {"to": "<img src='/etc/passwd'>"})
    assert len(made(pdf(folder / "a.pdf", "x"), cover=cover)) == 2
