"""SIP as text: what telephones without a library say and understand (RFC 3261)."""

import hashlib
import re
import secrets

_STARTS = re.compile(r"SIP/2\.0 (\d+)|([A-Z]+) ")


class Message:
    """A SIP request or answer."""

    def __init__(self, text: str) -> None:
        head, _, self.body = text.partition("\r\n\r\n")
        first, *lines = head.split("\r\n")
        match = _STARTS.match(first)
        self.status = int(match[1]) if match and match[1] else 0
        self.method = match[2] if match and match[2] else ""
        self.uri = first.split()[1] if self.method else ""
        self._headers = [(name.strip().lower(), value.strip()) for name, _, value in (x.partition(":") for x in lines)]

    def get(self, name: str) -> str:
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        return [value for found, value in self._headers if found == name]

    @property
    def number(self) -> int:
        return int(self.get("cseq").split()[0])

    @property
    def about(self) -> str:
        """The method that an answer is to."""
        return self.get("cseq").split()[1]

    @property
    def caller(self) -> str:
        """The user in `From`."""
        match = re.search(r"sips?:([^@>;]+)@", self.get("from"))
        return match[1] if match else ""

    @property
    def target(self) -> str:
        """Where requests within the call go."""
        return self.get("contact").strip("<>").split(">")[0]


def digest(challenge: Message, user: str, password: str, uri: str) -> str:
    said = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge.get("www-authenticate")))
    nonce_use = {"nc": "00000001", "cnonce": secrets.token_hex(8)}
    one = _md5(f"{user}:{said['realm']}:{password}")
    two = _md5(f"REGISTER:{uri}")
    response = _md5(f"{one}:{said['nonce']}:{nonce_use['nc']}:{nonce_use['cnonce']}:auth:{two}")
    quoted = {"username": user, "realm": said["realm"], "nonce": said["nonce"], "uri": uri, "response": response}
    parts = [f'{name}="{value}"' for name, value in {**quoted, "cnonce": nonce_use["cnonce"]}.items()]
    return "Digest " + ", ".join([*parts, "qop=auth", f"nc={nonce_use['nc']}", "algorithm=MD5"])


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def branch() -> str:
    return f"z9hG4bK{secrets.token_hex(6)}"
