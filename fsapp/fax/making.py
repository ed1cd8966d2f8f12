"""What can be printed becomes a fax TIFF; a fax TIFF becomes a PDF and a preview. Runs in the worker process."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from fsapp.domain.errors import MediaError
from fsapp.domain.fax import Resolution
from fsapp.fax import cover, html, pdf, text, tiff
from fsapp.fax.jobs import Cover, Made, MakeFax, MakePdf, MakePreview
from fsapp.fax.pages import fax_page

_IMAGES = ("PNG", "JPEG", "GIF", "BMP", "WEBP")
_TEXTS = (".txt", ".text", ".md", ".csv", ".log", "")
_PREVIEW_WIDTH = 864
_MOST_PIXELS = 60_000_000

Image.MAX_IMAGE_PIXELS = _MOST_PIXELS


def fax(job: MakeFax) -> Made:
    """Writes the fax TIFF. Raises MediaError with a sentence that an operator can use."""
    source, target = Path(job.source), Path(job.target)
    pages, resolution = _pages(source, job.resolution, job.font, Path(job.scratch))
    if job.cover is not None:
        pages = chain(_cover(job.cover, resolution, job.font, Path(job.scratch)), pages)
    return Made(tiff.write(target, pages, resolution), resolution)


def as_pdf(job: MakePdf) -> Made:
    """Writes a PDF of a fax. Of a fax that broke off, its whole pages."""
    source = Path(job.source)
    pages = tiff.whole_pages(source) if job.partial else tiff.pages(source)
    first = next(pages, None)
    if first is None:
        raise MediaError(f"{source.name} has no whole page")
    resolution = tiff.resolution_of(first) or Resolution.FINE
    return Made(pdf.write(Path(job.target), chain((first,), pages), job.title), resolution)


def preview(job: MakePreview) -> Made:
    """Writes one page as a PNG that fits a screen, its shape as on paper."""
    for number, page in enumerate(tiff.whole_pages(Path(job.source)), 1):
        if number == job.page:
            across, down = pdf.inches(page)
            size = (_PREVIEW_WIDTH, max(1, round(_PREVIEW_WIDTH * down / across)))
            page.convert("L").resize(size, Image.Resampling.BOX).save(job.target, "PNG")
            return Made(1, tiff.resolution_of(page) or Resolution.FINE)
    raise MediaError(f"there is no page {job.page}")


def _pages(source: Path, wanted: Resolution, font: str, scratch: Path) -> tuple[Iterator[Image.Image], Resolution]:
    """The pages of a file, by what it holds more than by its name."""
    with source.open("rb") as file:
        head = file.read(1024)
    suffix = source.suffix.lower()
    if head.lstrip().startswith(b"%PDF"):
        return pdf.pages(source, wanted), wanted
    if head[:4] in (b"II*\0", b"MM\0*"):
        return _of_tiff(source, wanted)
    if suffix in (".html", ".htm"):
        html.write(scratch / "page.pdf", text.read(source), font)
        return pdf.pages(scratch / "page.pdf", wanted), wanted
    if suffix in _TEXTS:
        return text.pages(text.read(source), wanted, font), wanted
    return iter((fax_page(_image(source), wanted),)), wanted


def _of_tiff(source: Path, wanted: Resolution) -> tuple[Iterator[Image.Image], Resolution]:
    """A fax as it is, dot by dot; any other TIFF as pictures."""
    resolutions = {tiff.resolution_of(page) if tiff.is_fax(page) else None for page in tiff.pages(source)}
    if len(resolutions) == 1 and (resolution := resolutions.pop()) is not None:
        return tiff.pages(source), resolution
    return (fax_page(page, wanted) for page in tiff.pages(source)), wanted


def _image(source: Path) -> Image.Image:
    try:
        with Image.open(source, formats=_IMAGES) as image:
            turned = ImageOps.exif_transpose(image)
            turned.load()
            return turned
    except UnidentifiedImageError:
        raise MediaError(
            f"{source.name} is neither PDF, TIFF, PNG, JPEG, GIF, BMP, WebP, HTML nor text; print it as PDF first"
        ) from None
    except Image.DecompressionBombError:
        raise MediaError(f"{source.name} is larger than {_MOST_PIXELS // 1_000_000} million dots") from None
    except (OSError, SyntaxError, ValueError) as error:
        raise MediaError(f"{source.name} is damaged: {error}") from None


def _cover(wanted: Cover, resolution: Resolution, font: str, scratch: Path) -> Iterator[Image.Image]:
    template = Path(wanted.template)
    words = cover.filled(template, wanted.fields)
    if template.name.endswith((".html", ".html.j2")):
        html.write(scratch / "cover.pdf", words, font)
        return pdf.pages(scratch / "cover.pdf", resolution)
    return text.pages(words, resolution, font)
