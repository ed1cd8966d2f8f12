"""The files of documents: a folder each, named by what the document was made from, whole or not there at all.

`documents/ab/abcd…/` has `source.pdf` (or another ending) as it came, `fax.tif` as it is sent, and of a received fax
`pages.pdf` to be read.
"""

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fsapp.domain.errors import MediaError
from fsapp.domain.fax import Resolution
from fsapp.fax.converter import Converter
from fsapp.fax.jobs import Cover, Made, MakeFax, MakePdf, MakePreview
from fsapp.fax.off_hub import off_hub

MOST_BYTES = 100 * 1024**2
SUFFIXES = frozenset(
    (".pdf", ".tif", ".tiff", ".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".html", ".htm", ".txt", ".md", ".csv")
)
FAX, PDF = "fax.tif", "pages.pdf"
_CHUNK = 1024**2


class Library:
    """Whatever takes the disk long is done off the hub, and pages in a worker process."""

    def __init__(self, folder: Path, converter: Converter, *, font: str = "") -> None:
        self._folder = folder.resolve()
        self._converter = converter
        self._font = font

    def fax(self, sha256: str) -> Path:
        """Where the fax file of a document lies. Raises MediaError where it is gone."""
        path = self._of(sha256) / FAX
        if not path.exists():
            raise MediaError(f"the document's file is gone: {path}")
        return path

    def pdf(self, sha256: str) -> Path:
        """A PDF of a document. Raises MediaError where there is none."""
        for name in (PDF, "source.pdf"):
            if (self._of(sha256) / name).exists():
                return self._of(sha256) / name
        raise MediaError("the document has no PDF")

    def add(
        self, source: Path, resolution: Resolution = Resolution.FINE, cover: Cover | None = None
    ) -> tuple[str, Made, int]:
        """Makes a document of a file; gives the document's sha256, what was made, and the fax file's size in bytes.

        With a cover page the same file is another document each time. Raises MediaError, OSError.
        """
        salt = b"" if resolution is Resolution.FINE else resolution.encode()
        sha256 = off_hub(_sha256, source, salt + (secrets.token_bytes(16) if cover else b""))
        with self._staged(sha256) as folder:
            kept = folder / f"source{suffix_of(source)}"
            off_hub(shutil.copyfile, source, kept)
            with _named(kept.name, source.name):
                made = self._converter.do(MakeFax(str(kept), str(folder / FAX), resolution, self._font, cover))
            size = (folder / FAX).stat().st_size
        return sha256, made, size

    def keep_received(self, fax: Path, title: str, *, partial: bool) -> tuple[str, Made, int]:
        """Takes in a fax as it came, and makes a PDF of it. Raises MediaError where no page can be read, OSError."""
        sha256 = off_hub(_sha256, fax, b"")
        with self._staged(sha256) as folder:
            off_hub(shutil.copyfile, fax, folder / FAX)
            made = self._converter.do(MakePdf(str(folder / FAX), str(folder / PDF), title, partial))
            size = (folder / FAX).stat().st_size
        return sha256, made, size

    def preview(self, sha256: str, page: int, target: Path) -> None:
        """Writes a page as PNG. Raises MediaError, OSError."""
        part = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            self._converter.do(MakePreview(str(self.fax(sha256)), str(part), page))
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)

    def _of(self, sha256: str) -> Path:
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise MediaError(f"{sha256[:70]!r} is no document's hash")
        return self._folder / sha256[:2] / sha256

    @contextmanager
    def _staged(self, sha256: str) -> Iterator[Path]:
        """A folder that takes its place only when all in it is written, and on the disk."""
        place = self._of(sha256)
        place.parent.mkdir(mode=0o770, parents=True, exist_ok=True)
        folder = place.parent / f".{secrets.token_hex(8)}"
        folder.mkdir(mode=0o770)
        try:
            yield folder
            off_hub(_put, folder, place)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _named(kept: str, source: str) -> Iterator[None]:
    """What went wrong, told of the file that was given."""
    try:
        yield
    except MediaError as error:
        raise type(error)(str(error).replace(kept, source, 1)) from None


def suffix_of(source: Path) -> str:
    """The end of a file's name, where it is one that is known."""
    return source.suffix.lower() if source.suffix.lower() in SUFFIXES else ""


def _put(folder: Path, place: Path) -> None:
    """Puts a folder in its place; what is there already is the same document."""
    for file in folder.iterdir():
        file.chmod(0o660)
        _sync(file)
    try:
        folder.rename(place)
    except OSError:
        if not place.is_dir():
            raise
    _sync(place.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sha256(file: Path, salt: bytes) -> str:
    """Raises MediaError for what is no file, or one that is too large."""
    if not file.is_file():
        raise MediaError(f"there is no file {file}")
    size = file.stat().st_size
    if size > MOST_BYTES:
        raise MediaError(f"{file.name} has {size // 1024**2} MB, and {MOST_BYTES // 1024**2} is the most")
    digest = hashlib.sha256(salt)
    with file.open("rb") as opened:
        while chunk := opened.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
