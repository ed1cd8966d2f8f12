"""Faxes over a channel: mod_spandsp's `rxfax` and `txfax`, what is set before them, and what came of it.

A fax outlives the engine, as a talk does. The far end's hanging up ends it like any other end.
"""

from collections.abc import Callable, Mapping
from urllib.parse import quote

from fsapp.domain.arguments import SoundPath
from fsapp.domain.fax import FaxLine, FaxResult, ReceiveFax, SendFax
from fsapp.esl import arguments
from fsapp.esl.arguments import Application, Variable
from fsapp.esl.channel import Channel
from fsapp.esl.commands import Execute
from fsapp.esl.events import Event

TONE_SECONDS = 40
"""How long a caller may turn out to be a fax machine: it repeats its tone every 3.5 s for as long (ITU-T T.30, 4.1)."""

MARGIN_SECONDS = 15.0

_RESULT = (
    Variable.FAX_BAD_ROWS,
    Variable.FAX_DOCUMENT_TRANSFERRED_PAGES,
    Variable.FAX_ECM_USED,
    Variable.FAX_REMOTE_STATION_ID,
    Variable.FAX_RESULT_CODE,
    Variable.FAX_RESULT_TEXT,
    Variable.FAX_SUCCESS,
    Variable.FAX_T38_STATUS,
    Variable.FAX_TRANSFER_RATE,
)
"""Sticky: to be unset before each fax."""

_AFTER = (Execute(Application.MULTISET, arguments.settings({Variable.SOCKET_RESUME: "true"})),)

_STATION_ID_LETTERS = 20


def receive(channel: Channel, request: ReceiveFax) -> FaxResult:
    """Takes a fax. Raises CallEnded, EslError; ValueError for a path that cannot be told to FreeSWITCH."""
    return _run(channel, Application.RXFAX, request.path, _settings(request.line), request.max_seconds)


def send(channel: Channel, request: SendFax) -> FaxResult:
    """Sends a fax; as `receive`."""
    first = {Variable.FAX_START_PAGE: str(request.first_page - 1)}  # spandsp counts from 0
    return _run(channel, Application.TXFAX, request.path, {**_settings(request.line), **first}, request.max_seconds)


def detect_tone() -> Execute:
    """Has the switch listen whether a fax machine calls; it says so by an event."""
    return Execute(Application.SPANDSP_START_FAX_DETECT, arguments.fax_tone(TONE_SECONDS))


def result(event: Event) -> FaxResult:
    """Reads the completion of a fax."""
    return result_of(event.variable, _response(event))


def result_of(variable: Callable[[str], str], otherwise: str = "") -> FaxResult:
    """What a channel's variables say of its last fax; `otherwise` is why there was none, where they say nothing.

    What the far end says of itself is text from outside, and cut short.
    """
    station = "".join(filter(str.isprintable, variable(Variable.FAX_REMOTE_STATION_ID)))
    return FaxResult(
        success=variable(Variable.FAX_SUCCESS) == "1",
        pages=_number(variable(Variable.FAX_DOCUMENT_TRANSFERRED_PAGES)),
        rate=_number(variable(Variable.FAX_TRANSFER_RATE)),
        station_id=station[:_STATION_ID_LETTERS].strip(),
        ecm=variable(Variable.FAX_ECM_USED) == "on",
        t38=variable(Variable.FAX_T38_STATUS) == "negotiated",
        code=_number(variable(Variable.FAX_RESULT_CODE)),
        text=(variable(Variable.FAX_RESULT_TEXT) or otherwise)[:200],
        bad_rows=_number(variable(Variable.FAX_BAD_ROWS)),
    )


def _run(
    channel: Channel, application: Application, path: str, settings: Mapping[Variable, str], seconds: float
) -> FaxResult:
    argument = arguments.fax(SoundPath(path))
    unset = [*_RESULT, *(name for name in _OPTIONAL if name not in settings)]
    completed = channel.run(
        Execute(application, argument),
        before=(
            Execute(Application.MULTIUNSET, arguments.names(unset)),
            Execute(Application.MULTISET, arguments.settings({Variable.SOCKET_RESUME: "false", **settings})),
        ),
        after=_AFTER,
        limit=seconds + MARGIN_SECONDS,
        outlives_hangup=True,
    )
    return result(completed.event)


_OPTIONAL = (Variable.FAX_IDENT, Variable.FAX_HEADER, Variable.FAX_START_PAGE)


def _settings(line: FaxLine) -> Mapping[Variable, str]:
    """mod_spandsp decodes identity and header as an address's parts are (mod_spandsp_fax.c, pvt_init)."""
    texts = {Variable.FAX_IDENT: line.station_id, Variable.FAX_HEADER: line.header}
    return {
        Variable.FAX_USE_ECM: _truth(line.ecm),
        Variable.FAX_ENABLE_T38: _truth(line.t38),
        Variable.FAX_ENABLE_T38_REQUEST: _truth(line.t38),
        Variable.FAX_DISABLE_V17: _truth(not line.fast),
        **{name: quote(text, safe="") for name, text in texts.items() if text},
    }


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _number(text: str) -> int:
    """An unsigned integer; 0 where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 20 else 0


def _response(event: Event) -> str:
    """Why a fax did not even begin."""
    response = event.get("Application-Response")
    return "" if response == "_none_" else response
