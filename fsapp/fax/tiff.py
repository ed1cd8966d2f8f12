"""Fax TIFFs (RFC 2306): one page a directory, G3 or G4, 1728 dots. Runs in the worker process."""

import struct
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

from PIL import Image

from fsapp.domain.errors import MediaError
from fsapp.domain.fax import MOST_PAGES, Resolution
from fsapp.fax.pages import ACROSS, DOWN, WIDTH

G3, G4 = "group3", "group4"

MOST_LINES = 20_000
"""Of a page: a roll of two and a half metres in fine."""

_DAMAGE = (OSError, SyntaxError, ValueError, KeyError, TypeError, ArithmeticError, struct.error, Warning)
_HEADERS = {b"II*\0": "<", b"MM\0*": ">"}


def write(path: Path, pages: Iterable[Image.Image], resolution: Resolution, compression: str = G4) -> int:
    """Writes pages one after another, as they come; gives how many. Raises MediaError where there is none."""
    iterator = iter(pages)
    first = next(iterator, None)
    if first is None:
        raise MediaError("the document has no pages")
    counted = _Counted(iterator)
    dpi = (ACROSS, DOWN[resolution])
    first.save(path, "TIFF", compression=compression, dpi=dpi, save_all=True, append_images=counted)
    return 1 + counted.count


class _Counted:
    """Counts what passes, and refuses one page too many."""

    def __init__(self, pages: Iterator[Image.Image]) -> None:
        self._pages = pages
        self.count = 0

    def __iter__(self) -> Iterator[Image.Image]:
        for page in self._pages:
            self.count += 1
            if self.count >= MOST_PAGES:
                raise MediaError(f"the document has more than {MOST_PAGES} pages")
            yield page


def directories(path: Path) -> int:
    """How many pages a TIFF says it has. Raises MediaError where one of them is not there.

    Libraries forgive much: a loop of directories, or one beyond the file's end, as a fax leaves that broke off.
    """
    count, damage = _looked_at(path)
    if damage:
        raise MediaError(f"{path.name} is damaged: {damage}")
    return count


def _looked_at(path: Path) -> tuple[int, str]:
    """How many directories are whole, and what is wrong with the next; empty where there is no next. Raises MediaError
    for what is no TIFF.
    """
    content = path.read_bytes()
    order = _HEADERS.get(content[:4])
    if order is None or len(content) < 8:
        raise MediaError(f"{path.name} is no TIFF file")
    seen: set[int] = set()
    at = struct.unpack_from(order + "I", content, 4)[0]
    while at:
        if at in seen or at + 2 > len(content) or len(seen) >= MOST_PAGES:
            return len(seen), f"page {len(seen) + 1} is not there"
        end = at + 2 + 12 * struct.unpack_from(order + "H", content, at)[0]
        if end + 4 > len(content):
            return len(seen), f"page {len(seen) + 1} is not whole"
        seen.add(at)
        at = struct.unpack_from(order + "I", content, end)[0]
    return len(seen), "" if seen else "it has no pages"


def pages(path: Path) -> Iterator[Image.Image]:
    """The pages of a TIFF, each with its `dpi`. Raises MediaError for one that cannot be read."""
    return _pages(path, directories(path))


def whole_pages(path: Path) -> Iterator[Image.Image]:
    """The pages of a TIFF up to the first that cannot be read. Raises MediaError for what is no TIFF."""
    pages = _pages(path, _looked_at(path)[0])
    while True:
        try:
            yield next(pages)
        except (StopIteration, MediaError):
            return


def _pages(path: Path, count: int) -> Iterator[Image.Image]:
    try:
        with Image.open(path, formats=("TIFF",)) as file:
            for number in range(count):
                yield _page(file, number)
    except Image.DecompressionBombError:
        raise MediaError(f"{path.name} has a page that is too large") from None
    except _DAMAGE as error:
        raise MediaError(f"{path.name} is damaged: {error}") from None


def _page(file: Image.Image, number: int) -> Image.Image:
    """What Pillow only warns of, as of a strip that is cut short, is damage."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        file.seek(number)
        if file.height > MOST_LINES:
            raise ValueError(f"page {number + 1} has {file.height} lines")
        file.load()
        return file.copy()


def is_fax(page: Image.Image) -> bool:
    """Whether a page of a TIFF can be sent as it is."""
    return page.mode == "1" and page.width == WIDTH and resolution_of(page) is not None


def resolution_of(page: Image.Image) -> Resolution | None:
    """The resolution of a page of a TIFF; None where it is none of a fax."""
    try:
        across, down = (float(each) for each in page.info["dpi"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    for resolution, lines in DOWN.items():
        if abs(across - ACROSS) < 2 and abs(down - lines) < 5:
            return resolution
    return None
