"""Files that FreeSWITCH reads: written in one step, owned by whom it runs as, secret where they hold a secret."""

import os
from collections.abc import Iterable
from pathlib import Path
from xml.etree.ElementTree import Element, indent, tostring

PUBLIC, SECRET = 0o644, 0o600


def include(elements: Iterable[Element]) -> Element:
    """FreeSWITCH drops the lines with this tag: it only makes one document of many elements."""
    root = Element("include")
    root.text = "\n"  # or it would be one tag, `<include />`, which FreeSWITCH does not drop
    root.extend(elements)
    return root


def xml(element: Element) -> str:
    """The element as the text of a file."""
    indent(element)
    return tostring(element, encoding="unicode") + "\n"


def write(file: Path, text: str, mode: int) -> None:
    """Replaces the file in one step; nobody but its owner ever reads a secret, not even for a moment."""
    drafted(file, text, mode).replace(file)


def draft_of(file: Path) -> Path:
    """A file beside, under a name that FreeSWITCH does not read and no other process uses."""
    return file.with_name(f".{file.name}.{os.getpid()}.new")


def drafted(file: Path, text: str, mode: int) -> Path:
    """The text in a file beside."""
    draft = draft_of(file)
    draft.unlink(missing_ok=True)
    draft.touch(mode, exist_ok=False)
    draft.write_text(text, encoding="utf-8")
    return draft


def share_owner(target: Path, paths: Iterable[Path]) -> None:
    """Written by root, the files belong to whoever owns the target folder: the user FreeSWITCH runs as."""
    if os.geteuid() == 0:
        owner = target.stat()
        for path in paths:
            os.chown(path, owner.st_uid, owner.st_gid)
