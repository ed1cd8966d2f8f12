"""Pages as a fax sends them: A4, 1728 dots across at 204 dots an inch, 98 or 196 lines an inch, black or white.

Runs in the worker process.
"""

from collections.abc import Callable

from PIL import Image

from fsapp.domain.fax import Resolution

WIDTH = 1728
"""Dots of a line: 215 mm (ITU-T T.4, 2.2). Nothing else is admitted by fax machines, and by spandsp."""

ACROSS = 204
"""Dots an inch. The real 8.04 a millimetre are 204.2; machines and libraries agree on this number."""

DOWN = {Resolution.STANDARD: 98, Resolution.FINE: 196}
"""Lines an inch."""

LENGTH = {Resolution.STANDARD: 1146, Resolution.FINE: 2292}
"""Lines of an A4 page, 297 mm."""

A4_ACROSS = 1687
"""Dots of 210 mm: what is left of a line stays white on both sides."""

MARGIN_MM = 12
"""Of pages drawn here: the header line that the switch prints moves a page 4 mm down, and the lowest lines are lost."""

_THRESHOLD = 150
_GREY = range(70, 190)
_PHOTOGRAPH = 0.12
"""Shades in so much of a page make it a photograph, which is dithered; letters stay crisp without."""

_WHITE = 255


def fax_page(image: Image.Image, resolution: Resolution) -> Image.Image:
    """An image whose dots are square as a page: fitted into A4 as large as its shape allows."""
    upright = _upright(_flat(image))
    full = DOWN[Resolution.FINE] / ACROSS
    scale = min(A4_ACROSS / upright.width, LENGTH[Resolution.FINE] / (upright.height * full))
    return placed(upright, scale, resolution)


def placed(image: Image.Image, scale: float, resolution: Resolution) -> Image.Image:
    """An upright grey image, enlarged by `scale`, on an A4 page: in the middle across, at the top."""
    down = DOWN[resolution] / ACROSS
    size = (
        max(1, min(WIDTH, round(image.width * scale))),
        max(1, min(LENGTH[resolution], round(image.height * scale * down))),
    )
    page = Image.new("L", (WIDTH, LENGTH[resolution]), _WHITE)
    page.paste(image.resize(size, Image.Resampling.LANCZOS), ((WIDTH - size[0]) // 2, 0))
    return bilevel(page)


def bilevel(page: Image.Image) -> Image.Image:
    """Black and white: by a threshold where the page is of letters, dithered where it is of shades."""
    if page.mode == "1":
        return page
    counts = page.histogram()
    if sum(counts[level] for level in _GREY) > _PHOTOGRAPH * page.width * page.height:
        return page.convert("1")
    return page.point(_black_or_white, "1")


_black_or_white: Callable[[int], int] = lambda level: _WHITE if level >= _THRESHOLD else 0  # noqa: E731  # Pillow's


def _flat(image: Image.Image) -> Image.Image:
    """Grey, what is transparent white."""
    if image.mode == "L":
        return image
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        coloured = image.convert("RGBA")
        paper = Image.new("RGBA", coloured.size, "white")
        return Image.alpha_composite(paper, coloured).convert("L")
    return image.convert("L")


def _upright(image: Image.Image) -> Image.Image:
    """A page that lies on its side is turned."""
    return image.transpose(Image.Transpose.ROTATE_90) if image.width > image.height else image
