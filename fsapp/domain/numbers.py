"""One telephone number in the forms in which carriers, spreadsheets and people write it.

Numbers of China are kept in their national form (13800138000, 057188880000), others with their country (+4930123456).
"""

import re

_GAPS = re.compile(r"[\s()./-]+")
_NUMBER = re.compile(r"\+?[0-9]{3,20}\Z")
_CHINA = re.compile(r"\A(?:\+86|0086)(?=0?[1-9][0-9]{5,}\Z)")
_ABROAD = re.compile(r"\A00(?=[1-9][0-9]{6,}\Z)")
_MOBILE = re.compile(r"(?:86|0)?(1[3-9][0-9]{9})\Z")
_SERVICE = re.compile(r"[48]00[0-9]{7}\Z")


def plain_number(text: str) -> str:
    """The form in which a number is kept. Raises ValueError for what is none."""
    digits = _GAPS.sub("", text)
    if not _NUMBER.match(digits) or not digits.strip("+0"):
        raise ValueError(f"{text[:40]!r} is no telephone number")
    return _of_china(digits)


def number_forms(text: str) -> tuple[str, ...]:
    """The forms in which calls may show a number that is written in any of them; of what is no number, itself."""
    try:
        number = plain_number(text)
    except ValueError:
        return (text,)
    if number.startswith("+"):
        return (number, f"00{number[1:]}")
    if _MOBILE.match(number):
        return (number, f"+86{number}", f"86{number}", f"0{number}", f"0086{number}")
    bare = number.removeprefix("0")
    return (number, f"+86{bare}", f"0086{bare}")


def _of_china(digits: str) -> str:
    rest = _CHINA.sub("", digits)
    if mobile := _MOBILE.match(rest):
        return mobile[1]
    if rest != digits:
        return rest if rest.startswith("0") or _SERVICE.match(rest) else f"0{rest}"
    return _ABROAD.sub("+", digits)
