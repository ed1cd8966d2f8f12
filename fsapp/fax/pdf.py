"""PDF to fax pages, and fax pages to PDF. Runs in the worker process."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pypdfium2
from fpdf import FPDF
from PIL import Image

from fsapp.domain.errors import MediaError
from fsapp.domain.fax import MOST_PAGES, Resolution
from fsapp.fax.pages import A4_ACROSS, ACROSS, DOWN, LENGTH, WIDTH, placed

_POINTS = 72
"""Points an inch: the unit of a PDF."""

_LETTER_POINTS = 612

_MOST_POINTS = 14_400
"""The largest side of a page (ISO 32000-1, annex C)."""


def pages(path: Path, resolution: Resolution) -> Iterator[Image.Image]:
    """The pages of a PDF at their real size, larger ones fitted into A4. Raises MediaError for one that is locked,
    broken, or too long.
    """
    document = _opened(path)
    try:
        for number in range(len(document)):
            yield _rendered(document, number, resolution)
    finally:
        document.close()


def _opened(path: Path) -> pypdfium2.PdfDocument:
    try:
        document = pypdfium2.PdfDocument(path)
        document.init_forms()
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise MediaError(f"{path.name} is locked by a password") from None
        raise MediaError(f"{path.name} is no PDF that can be read: {error}") from None
    if len(document) > MOST_PAGES:
        raise MediaError(f"{path.name} has {len(document)} pages, and {MOST_PAGES} is the most")
    return document


def _rendered(document: pypdfium2.PdfDocument, number: int, resolution: Resolution) -> Image.Image:
    try:
        page = document[number]
        width, height = page.get_size()
        if not (0 < width <= _MOST_POINTS and 0 < height <= _MOST_POINTS):
            raise MediaError(f"page {number + 1} is {width:g} points wide and {height:g} high")
        lying = width > height
        across, down = (height, width) if lying else (width, height)
        scale = min(_largest(across, down), ACROSS / _POINTS)
        drawn = page.render(scale=scale, rotation=90 if lying else 0, grayscale=True, may_draw_forms=True)
    except pypdfium2.PdfiumError as error:
        raise MediaError(f"page {number + 1} cannot be drawn: {error}") from None
    image = drawn.to_pil()
    return placed(image, 1.0, resolution)


def _largest(across: float, down: float) -> float:
    """Dots a point at which an upright page just fits; a letter, which is 1 % too wide, may fill the line."""
    wide = WIDTH if across <= _LETTER_POINTS else A4_ACROSS
    lines = LENGTH[Resolution.FINE] * ACROSS / DOWN[Resolution.FINE]
    return min(wide / across, lines / down)


def write(path: Path, faxed: Iterable[Image.Image], title: str) -> int:
    """Writes pages of a fax as a PDF of the same size, each as its G4 stream; gives how many. Raises MediaError."""
    document = FPDF(unit="pt")
    document.set_title(title)
    document.set_creator("fsapp")
    document.set_auto_page_break(False)
    count = 0
    for page in faxed:
        across, down = inches(page)
        document.add_page(format=(across * _POINTS, down * _POINTS))
        document.image(page, 0, 0, across * _POINTS, down * _POINTS)
        count += 1
    if not count:
        raise MediaError("the fax has no whole page")
    document.output(str(path))
    return count


def inches(page: Image.Image) -> tuple[float, float]:
    """How large a page of a TIFF is; where that makes no sense, as a fax in fine would be."""
    try:
        across, down = (float(each) for each in page.info["dpi"])
        size = page.width / across, page.height / down
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return page.width / ACROSS, page.height / DOWN[Resolution.FINE]
    if not all(0.1 < side < _MOST_POINTS / _POINTS for side in size):
        return page.width / ACROSS, page.height / DOWN[Resolution.FINE]
    return size
