"""What applications are told: arguments made of typed values only, never of text from outside.

FreeSWITCH expands `${...}` in every argument and splits it at blanks, commas or quotes (switch_core_session.c,
switch_core_session_exec; switch_utils.c, switch_separate_string). The types of fsapp.domain.arguments admit none of
these, and `Argument` refuses them once more.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address

from fsapp.domain.arguments import Endpoint, Name, Number, SoundPath, Uuid

ANY_KEY = "0123456789*#ABCD"
NO_KEY = "none"
"""As a set of terminators: no key ends it. FreeSWITCH takes an empty set for `#` (mod_dptools.c)."""

SILENCE = "silence"
"""The prompt of a read that asks nothing (switch_ivr_play_say.c, switch_ivr_read)."""

_KEYS = re.compile(r"[0-9*#A-D]*\Z")
_VALUE = re.compile(r"[0-9A-Za-z*#+_.,%()-]*\Z")
_CAUSE = re.compile(r"[A-Z][A-Z0-9_]{0,63}\Z")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f]|\$\{|\$\$|\\|['\"`]|%\[")
_BRIEFLY = "silence_stream://10"


class Application(StrEnum):
    """Every application that may be executed: an unknown one would hang up the caller (switch_core_session.c)."""

    ANSWER = "answer"
    BRIDGE = "bridge"
    DEFLECT = "deflect"
    EAVESDROP = "eavesdrop"
    HANGUP = "hangup"
    MULTISET = "multiset"
    MULTIUNSET = "multiunset"
    PLAYBACK = "playback"
    PLAY_AND_GET_DIGITS = "play_and_get_digits"
    RECORD = "record"
    REDIRECT = "redirect"
    RXFAX = "rxfax"
    SLEEP = "sleep"
    SPANDSP_START_FAX_DETECT = "spandsp_start_fax_detect"
    SPANDSP_STOP_FAX_DETECT = "spandsp_stop_fax_detect"
    THREE_WAY = "three_way"
    TXFAX = "txfax"


class Variable(StrEnum):
    """Every channel variable that may be set. None of them is code to FreeSWITCH, as `execute_on_answer` would be."""

    BRIDGE_HANGUP_CAUSE = "bridge_hangup_cause"
    BRIDGE_UUID = "bridge_uuid"
    CALL_TIMEOUT = "call_timeout"
    CONTINUE_ON_FAIL = "continue_on_fail"
    EAVESDROP_ENABLE_DTMF = "eavesdrop_enable_dtmf"
    EAVESDROP_WHISPER_BLEG = "eavesdrop_whisper_bleg"
    EFFECTIVE_CALLER_ID_NUMBER = "effective_caller_id_number"
    FAX_BAD_ROWS = "fax_bad_rows"
    FAX_DISABLE_V17 = "fax_disable_v17"
    FAX_DOCUMENT_TRANSFERRED_PAGES = "fax_document_transferred_pages"
    FAX_ECM_USED = "fax_ecm_used"
    FAX_ENABLE_T38 = "fax_enable_t38"
    FAX_ENABLE_T38_REQUEST = "fax_enable_t38_request"
    FAX_HEADER = "fax_header"
    FAX_IDENT = "fax_ident"
    FAX_REMOTE_STATION_ID = "fax_remote_station_id"
    FAX_RESULT_CODE = "fax_result_code"
    FAX_RESULT_TEXT = "fax_result_text"
    FAX_START_PAGE = "fax_start_page"
    FAX_SUCCESS = "fax_success"
    FAX_T38_STATUS = "fax_t38_status"
    FAX_TRANSFER_RATE = "fax_transfer_rate"
    FAX_USE_ECM = "fax_use_ecm"
    FSAPP_FAX_TONE = "fsapp_fax_tone"
    FSAPP_KEYS = "fsapp_keys"
    FSAPP_KEYS_INVALID = "fsapp_keys_invalid"
    HANGUP_AFTER_BRIDGE = "hangup_after_bridge"
    IGNORE_EARLY_MEDIA = "ignore_early_media"
    ORIGINATE_DISPOSITION = "originate_disposition"
    PLAYBACK_TERMINATORS = "playback_terminators"
    READ_RESULT = "read_result"
    READ_TERMINATOR_USED = "read_terminator_used"
    RECORD_MS = "record_ms"
    RINGBACK = "ringback"
    SENSITIVE_DTMF = "sensitive_dtmf"
    SIP_REFER_CONTINUE_AFTER_REPLY = "sip_refer_continue_after_reply"
    SIP_REFER_STATUS_CODE = "sip_refer_status_code"
    SIP_REFER_TARGET_STATUS_CODE = "sip_refer_target_status_code"
    SOCKET_RESUME = "socket_resume"
    TRANSFER_RINGBACK = "transfer_ringback"


class Argument(str):
    """An application's argument. Made by this module's functions only; raises ValueError where anything slipped by."""

    __slots__ = ()

    def __new__(cls, text: str) -> "Argument":
        if type(text) is cls:  # checked when it was made
            return text
        if _UNSAFE.search(text):
            raise ValueError("an application's argument holds characters that FreeSWITCH would interpret")
        return super().__new__(cls, text)


@dataclass(frozen=True, slots=True)
class Read:
    """How keys are read: the prompt's files, 1 to 100 keys at most, the keys that end it, waits in seconds."""

    prompt: Sequence[SoundPath]
    max_digits: int
    terminators: str
    first_timeout: float
    digit_timeout: float

    def __post_init__(self) -> None:
        if not 1 <= self.max_digits <= 100:
            raise ValueError(f"{self.max_digits} keys cannot be read at once")


def files(paths: Sequence[SoundPath]) -> Argument:
    """One file, or several played as one. Raises ValueError for none."""
    if not paths:
        raise ValueError("nothing to play")
    safe = [SoundPath(path) for path in paths]
    return Argument(safe[0] if len(safe) == 1 else "file_string://" + "!".join(safe))


HOLD_TONE = Argument("tone_stream://v=-20;%(150,2850,425);loops=20")
"""Music where no file is named: a soft note every three seconds, for a minute."""


def music(path: SoundPath | None, seconds: float) -> Argument:
    """About a minute of music: no longer, so that an engine that dies leaves nobody in it. `seconds` is the file's."""
    if path is None:
        return HOLD_TONE
    return files([path] * max(1, min(60, round(60 / seconds) if seconds else 1)))


def keys(wanted: str) -> str:
    """A set of keys, or the set of none."""
    if not _KEYS.match(wanted):
        raise ValueError(f"{wanted!r} is no set of keys")
    return wanted or NO_KEY


def play_and_get_digits(read: Read) -> Argument:
    """One attempt, at least one key, any key accepted; what was pressed stands in `fsapp_keys`."""
    prompt = files(read.prompt) if read.prompt else SILENCE
    first, between = milliseconds(read.first_timeout), milliseconds(read.digit_timeout)
    return Argument(
        f"1 {int(read.max_digits)} 1 {first} {keys(read.terminators)} {prompt} {_BRIEFLY}"
        f" {Variable.FSAPP_KEYS} [0-9*#A-D]+ {between}"
    )


def record(path: SoundPath, max_seconds: int, silence_seconds: int, threshold: int = 200) -> Argument:
    """`threshold` is the mean amplitude of 16-bit samples that counts as silence."""
    return Argument(f"{SoundPath(path)} {int(max_seconds)} {int(threshold)} {int(silence_seconds)}")


def fax(path: SoundPath) -> Argument:
    """The file of a fax."""
    return Argument(SoundPath(path))


def fax_tone(seconds: int) -> Argument:
    """Listens for a fax machine that calls; what is executed then does nothing but leave a trace."""
    return Argument(f"set {Variable.FSAPP_FAX_TONE}=true {int(seconds)} cng")


def settings(values: Mapping[Variable, str]) -> Argument:
    """Variables to set, all at once."""
    for value in values.values():
        if not _VALUE.match(value):
            raise ValueError(f"{value[:40]!r} is no value of a channel variable")
    return Argument(" ".join(f"{Variable(name)}={value}" for name, value in values.items()))


def names(variables: Sequence[Variable]) -> Argument:
    """Variables to unset, all at once."""
    return Argument(" ".join(map(Variable, variables)))


def dial_string(endpoint: Endpoint) -> Argument:
    """Not `user/`: that needs `api-expansion`, which is off. Raises ValueError for a profile without a domain."""
    number = Number(endpoint.number)
    if endpoint.gateway is not None:
        return Argument(f"sofia/gateway/{Name(endpoint.gateway)}/{number}")
    if endpoint.domain is None:
        raise ValueError("an endpoint of a SIP profile needs a domain")
    return Argument(f"sofia/{Name(endpoint.profile or '')}/{number}%{Name(endpoint.domain)}")


def sip_uri(endpoint: Endpoint, peer: str = "") -> Argument:
    """Where to refer a caller to: a number in the endpoint's domain, or at `peer`, the address the call came from.

    `#` is no character of a URI's user part (RFC 3261, 25.1). Raises ValueError where there is neither.
    """
    host = Name(endpoint.domain) if endpoint.domain else _address(peer)
    return Argument(f"sip:{Number(endpoint.number).replace('#', '%23')}@{host}")


def _address(peer: str) -> str:
    address = ip_address(peer)
    return f"[{address}]" if address.version == 6 else str(address)


def channel(uuid: Uuid) -> Argument:
    """Another channel: to be listened to, or joined."""
    return Argument(Uuid(uuid))


def cause(name: str) -> Argument:
    """A hang-up cause by its name in FreeSWITCH (switch_types.h)."""
    if not _CAUSE.match(name):
        raise ValueError(f"{name[:40]!r} is no hang-up cause")
    return Argument(name)


def milliseconds(seconds: float) -> Argument:
    """A time of 0 to 24 hours. Raises ValueError."""
    if not 0 <= seconds <= 86_400:
        raise ValueError(f"{seconds} seconds is no time to wait")
    return Argument(str(round(seconds * 1000)))
