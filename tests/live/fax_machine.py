"""Fax machines for tests: channels of the switch itself that call the engine, and the pages that go over."""

from pathlib import Path

from PIL import Image, ImageDraw

from fsapp.domain.fax import Resolution
from fsapp.fax import tiff
from fsapp.fax.pages import LENGTH, WIDTH
from tests.live.switch import Switch

T38 = {"fax_enable_t38": "true"}
"""A machine behind a gateway that speaks T.38: it does not mind a busy processor, as modems do."""


def document(path: Path, pages: int, resolution: Resolution = Resolution.STANDARD) -> Path:
    """A fax TIFF whose pages differ."""
    tiff.write(path, (page(number, resolution) for number in range(1, pages + 1)), resolution)
    return path


def page(number: int, resolution: Resolution) -> Image.Image:
    image = Image.new("1", (WIDTH, LENGTH[resolution]), 1)
    draw = ImageDraw.Draw(image)
    for line in range(12):
        top = 100 + line * 60
        draw.rectangle((100, top, 300 + 97 * line + 31 * number, top + 7 + number), fill=0)
    return image


def pixels(path: Path) -> list[bytes]:
    """The pages of a TIFF, dot by dot."""
    return [each.tobytes() for each in tiff.pages(path)]


class Machine:
    """Calls a number of the engine's, as from a trunk."""

    def __init__(self, switch: Switch, number: str) -> None:
        self._switch = switch
        self.number = number

    def sends(self, path: Path, called: str, **variables: str) -> None:
        self.calls(called, f"txfax({path})", **variables)

    def receives(self, path: Path, called: str, **variables: str) -> None:
        self.calls(called, f"rxfax({path})", **variables)

    def calls(self, called: str, application: str, **variables: str) -> None:
        given = {"origination_caller_id_number": self.number, "ignore_early_media": "true", **variables}
        written = ",".join(f"{name}='{value}'" for name, value in given.items())
        self._switch.api(f"bgapi originate {{{written}}}sofia/trunks/{called}@{self._switch.trunk} &{application}")
