"""Finds a font that has both Chinese characters and Latin letters. Runs in the worker process."""

from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

from fsapp.domain.errors import MediaError

PLACES = (
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
)
"""Where Debian's fonts-wqy-microhei, fonts-wqy-zenhei, fonts-droid-fallback and fonts-noto-cjk put them."""

LATIN_ONLY = ("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",)

ADVICE = "install Debian's fonts-wqy-microhei, or name a font in the setting fax.font"


def found(wanted: str) -> Path:
    """The font file to draw with: the one that settings name, else the first that is there. Raises MediaError."""
    for place in (wanted,) if wanted else (*PLACES, *LATIN_ONLY):
        if Path(place).is_file():
            return Path(place)
    raise MediaError(f"there is no font {wanted}" if wanted else f"there is no font: {ADVICE}")


def check(font: Path, text: str) -> None:
    """Raises MediaError where the font lacks characters of a text: they would be printed as empty boxes."""
    lacking = {character for character in text if character.isprintable() and ord(character) not in _characters(font)}
    lacking = {character for character in lacking if not character.isspace()}
    if lacking:
        some = "".join(sorted(lacking)[:10])
        raise MediaError(f"the font {font.name} has no {some!r}: {ADVICE}")


@lru_cache(maxsize=4)
def _characters(font: Path) -> frozenset[int]:
    with TTFont(font, fontNumber=0, lazy=True) as opened:
        return frozenset(opened.getBestCmap())
