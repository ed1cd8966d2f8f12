"""SIP accounts of agents' phones: a file each in the switch's directory, with a hash in the place of the password.

The hash (a1-hash: MD5 of user, domain and password, RFC 2617) is as good as the password for whoever can register with
it; so the file is for the switch alone.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement

from fsapp.domain.arguments import Name, Number
from fsapp.domain.errors import FsappError
from fsapp.files.paths import under
from fsapp.server.switch_files import SECRET, draft_of, drafted, include, share_owner, xml

PHONES = Path("directory/phones")

_NOT_SET = "name its folder as `configuration` in the section `freeswitch` of the settings"
_FOR_THE_GROUP = 0o640
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are mistaken for one another: passwords are typed into telephones."""
_LENGTH = 16
"""Of 31 letters: 79 bits."""
_PASSWORD = re.compile(r"[!-~]{12,64}\Z")


def new_password() -> str:
    """A password that nobody can guess."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def check_password(password: str) -> None:
    """Raises ValueError for a password that no phone takes, or that is soon guessed."""
    if not _PASSWORD.match(password):
        raise ValueError("a phone's password has 12 to 64 letters, digits and signs of ASCII, without blanks")


def a1_hash(extension: Number, domain: Name, password: str) -> str:
    """What the switch compares a phone's answer with."""
    text = f"{extension}:{domain}:{password}"
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()  # SIP's digest is made of MD5


@dataclass(frozen=True, slots=True)
class Plan:
    """The accounts that are to be written: passwords by extension. `notes` are sentences about those that are not."""

    passwords: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


class PhoneAccounts:
    """The accounts in a FreeSWITCH configuration; None: there is none that we could write into."""

    def __init__(self, configuration: Path | None, domain: str) -> None:
        self._configuration = configuration
        self._domain = Name(domain)

    def plan(self, extensions: Sequence[str], password: str | None = None, *, renew: bool = False) -> Plan:
        """An account for each phone; one that is there stays as it is, unless there is a `password`, or it is to be
        renewed. Raises FsappError where that cannot be, ValueError for a password that will not do.
        """
        if password is not None:
            check_password(password)
        if self._configuration is None:
            if password or renew:
                raise FsappError(f"a password goes into FreeSWITCH's configuration: {_NOT_SET}")
            return Plan(notes=tuple(f"no SIP account was made for {each}: {_NOT_SET}" for each in extensions))
        kept = [each for each in extensions if not (password or renew) and self._file(each).exists()]
        passwords = {each: password or new_password() for each in extensions if each not in kept}
        return Plan(passwords, tuple(f"the SIP account {each} was there, and keeps its password" for each in kept))

    @contextmanager
    def written(self, passwords: Mapping[str, str]) -> Iterator[None]:
        """Prepares accounts by extension, and puts them in force when the block ends well; else nothing is left.

        What may fail fails before the block: a folder one may not write, a full disk. Raises OSError, ValueError.
        """
        files = {self._file(extension): extension for extension in passwords}
        try:
            for file, extension in files.items():
                self._draft(file, self._account(Number(extension), passwords[extension]))
            yield
            for file in files:
                draft_of(file).replace(file)
        finally:
            for file in files:
                draft_of(file).unlink(missing_ok=True)

    def remove(self, extension: str) -> bool:
        """Whether there was an account."""
        if self._configuration is None:
            return False
        file = self._file(extension)
        there = file.exists()
        file.unlink(missing_ok=True)
        return there

    def _file(self, extension: str) -> Path:
        if not extension.isdecimal():
            raise ValueError(f"{extension[:40]!r} is no phone's number: it has digits only")
        folder = self._place() / PHONES
        if not folder.is_dir():
            raise FsappError(f"there is no {folder}: `fsapp freeswitch render` makes it")
        return under(folder, f"{Number(extension)}.xml")

    def _place(self) -> Path:
        if self._configuration is None:
            raise FsappError(_NOT_SET)
        return self._configuration

    def _account(self, extension: Number, password: str) -> str:
        check_password(password)
        user = Element("user", id=extension)
        parameters = SubElement(user, "params")
        SubElement(parameters, "param", name="a1-hash", value=a1_hash(extension, self._domain, password))
        return xml(include([user]))

    def _draft(self, file: Path, text: str) -> None:
        draft = drafted(file, text, SECRET)
        share_owner(self._place(), [draft])
        owner = self._place().stat()
        if os.geteuid() not in (0, owner.st_uid):  # the switch runs as somebody else: its group reads
            os.chown(draft, -1, owner.st_gid)
            draft.chmod(_FOR_THE_GROUP)
