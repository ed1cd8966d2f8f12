"""The words of an api command, each of the type that it must be there: a second look at what callers of `api` made.

Some commands run applications or dial where a word says so (`uuid_broadcast X app::argument`, `uuid_transfer X
app:argument inline`, variables that are code; mod_commands.c).
"""

import re
from collections.abc import Callable, Mapping, Sequence

from fsapp.domain.arguments import Name, Number, SoundPath, Uuid

Check = Callable[[str], object]

_CODE = re.compile(
    r"(execute_on_|api_|exec_|bridge_(pre|post)_execute|bridge_terminate|hold_music|json_cdr_base|cdr_csv_base|"
    r"log_level|export_vars|transfer_after_bridge|hangup_hook|record_(pre|post)_process|sip_redirect|.*_xfer_exten)"
)
_WAY_BACK = re.compile(r"(\+?[0-9*#]{1,32}:XML:[A-Za-z_][A-Za-z0-9_.-]{0,63}|waiting:XML:waiting)\Z")
_WAYS = frozenset({"transfer_after_bridge", "hold_hangup_xfer_exten"})
"""Variables that say where a channel goes; what they hold is checked."""
_SIGN = re.compile(r"fsapp_engine_[0-9a-f]{16}=[0-9]{1,12}\Z")
"""The only variable of the whole switch that is set: when an engine gave its last sign of life."""
_IN_DIALPLAN = re.compile(r"[A-Za-z_]\w*/XML/[A-Za-z_]\w*\Z", re.ASCII)


def check(name: str, words: Sequence[str]) -> None:
    """Raises ValueError where a word is not of the type that this command must have there."""
    if name == "originate":
        raise ValueError("a leg is placed by fsapp.esl.originating alone")
    if name == "global_setvar":
        _matching(_SIGN)(" ".join(words))
    if not name.startswith("uuid_"):
        return
    if not words:
        raise ValueError(f"{name} wants a channel")
    Uuid(words[0])
    if name == "uuid_setvar":
        _check_variable(*words[1:])
    for check_word, word in zip(_SHAPES.get(name, ()), words[1:], strict=False):
        check_word(word)


def _check_variable(name: str, value: str) -> None:
    Name(name)
    if name in _WAYS:
        _matching(_WAY_BACK)(value)
    elif _CODE.match(name):
        raise ValueError(f"{name[:40]!r} is a variable that the switch would run")


def _one_of(*known: str) -> Check:
    def check_word(word: str) -> None:
        if word not in known:
            raise ValueError(f"{word[:40]!r} is none of {', '.join(known)}")

    return check_word


def _matching(pattern: re.Pattern[str]) -> Check:
    def check_word(word: str) -> None:
        if not pattern.match(word):
            raise ValueError(f"{word[:40]!r} is nothing that may stand here")

    return check_word


def _extension(word: str) -> None:
    if word != "waiting":  # the context of that name has an extension of that name
        Number(word)


_SHAPES: Mapping[str, Sequence[Check]] = {
    "uuid_bridge": (Uuid,),
    "uuid_broadcast": (SoundPath, _one_of("aleg", "bleg", "both")),
    "uuid_dual_transfer": (_matching(_IN_DIALPLAN), _matching(_IN_DIALPLAN)),
    "uuid_getvar": (Name,),
    "uuid_kill": (Name,),
    "uuid_record": (_one_of("start", "stop", "mask", "unmask"), SoundPath),
    "uuid_send_dtmf": (Number,),
    "uuid_transfer": (_extension, _one_of("XML"), Name),
}
