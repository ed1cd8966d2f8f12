"""The dialplan that a FreeSWITCH of ours has, read from conf/freeswitch/dialplan."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

Actions = tuple[tuple[str, str], ...]
"""Dialplan actions: application and argument."""

Dialplan = Callable[[str, str], Actions | None]
"""What is done in a context with an extension; None where it has none such."""

FOLDER = Path(__file__).parents[2] / "conf" / "freeswitch" / "dialplan"

_VARIABLE = re.compile(r"\$\$\{(\w+)\}")
_SOUNDS = {
    "one_moment": "tone_stream://v=-14;%(150,100,660);%(250,1500,880)",
    "apology": "tone_stream://v=-14;%(330,15,950);%(330,15,1400);%(330,1000,1800);loops=3",
    "ringback": "%(1000,4000,450)",
}


def shipped(engines: str, folder: Path = FOLDER) -> Dialplan:
    """Of every context in the folder; `engines` is the address of one, or several with `|` between them."""
    variables = {**_SOUNDS, "engines": engines}
    contexts = [context for file in sorted(folder.glob("*.xml")) for context in _read(file, variables).iter("context")]

    def actions(context: str, extension: str) -> Actions | None:
        found = [each for each in contexts if each.get("name") == context]
        return next((_actions(each) for each in _extensions(found) if _matches(each, extension)), None)

    return actions


def by_extension(extensions: Mapping[str, Actions]) -> Dialplan:
    """The same in every context."""
    return lambda _context, extension: extensions.get(extension)


def _read(file: Path, variables: Mapping[str, str]) -> Element:
    text = _VARIABLE.sub(lambda match: variables.get(match[1], ""), file.read_text("utf-8"))
    root = fromstring(text)  # noqa: S314  # our own files
    for parent in list(root.iter()):
        for index, child in reversed(list(enumerate(parent))):
            if child.tag == "X-PRE-PROCESS":
                included = file.parent / child.get("data", "")
                parent[index : index + 1] = list(_read(included, variables)) if included.is_file() else []
    return root


def _extensions(contexts: list[Element]) -> Iterator[Element]:
    for context in contexts:
        yield from context.iter("extension")


def _matches(extension: Element, number: str) -> bool:
    for condition in extension.iter("condition"):
        if condition.get("regex") == "any":
            if not any(_holds(each, number) for each in condition.iter("regex")):
                return False
            continue
        if condition.get("field", "destination_number") != "destination_number":
            raise ValueError(f"the stand-in knows no condition on {condition.get('field')}")
        if not re.search(condition.get("expression", ""), number):
            return False
    return True


def _holds(test: Element, number: str) -> bool:
    """Of a call nothing but its number is known here."""
    expression = test.get("expression", "")
    pattern = re.sub(r"\A/(.*)/\w*\Z", r"\1", expression)
    return test.get("field") == "destination_number" and re.search(pattern, number, re.DOTALL) is not None


def _actions(extension: Element) -> Actions:
    return tuple((each.get("application", ""), each.get("data", "")) for each in extension.iter("action"))
