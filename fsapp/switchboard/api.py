"""The API commands that the stand-in answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from uuid import uuid4

from gevent import spawn

from fsapp.switchboard import originating, registrations, showing
from fsapp.switchboard.channel_headers import event_head
from fsapp.switchboard.channel_work import Command
from fsapp.switchboard.event_text import SwitchEvent
from fsapp.switchboard.phone_transfers import other_side
from fsapp.switchboard.transferring import transfer
from fsapp.switchboard.uuid_bridge import uuid_bridge

if TYPE_CHECKING:
    from fsapp.switchboard.channel import Channel
    from fsapp.switchboard.switch import Switch

_NO_CHANNEL = "-ERR No such channel!\n"


def run(switch: Switch, line: str) -> str:
    """Runs one command; the text of its answer. `originate` waits until the phone answers or will not."""
    name, _, argument = line.strip().partition(" ")
    if name == "originate":
        return originating.originate(switch, argument)
    command = _COMMANDS.get(name)
    if command is None:
        return f"-ERR {name} Command not found!\n"
    return command(switch, argument.split(" ") if argument else [])


def run_in_background(switch: Switch, line: str, job: str, owner: Channel | None) -> str:
    """Runs a command in a greenlet of its own, which ends with a BACKGROUND_JOB event; the reply that names the job."""
    job = job or str(uuid4())
    spawn(_background_job, switch, line, job, owner.uuid if owner else "")
    return f"~Reply-Text: +OK Job-UUID: {job}\nJob-UUID: {job}\n\n"


def _background_job(switch: Switch, line: str, job: str, owner: str) -> None:
    answer = run(switch, line)
    name, _, argument = line.strip().partition(" ")
    headers = event_head("BACKGROUND_JOB", switch.core_uuid, switch.now(), switch.next_sequence())
    extra = {"Job-UUID": job, "Job-Owner-UUID": owner, "Job-Command": name, "Job-Command-Arg": argument}
    switch.fire(SwitchEvent(headers | {key: value for key, value in extra.items() if value}, answer))


def _exists(switch: Switch, words: list[str]) -> str:
    channel = _channel(switch, words)
    return "true" if channel and not channel.cause else "false"


def _kill(switch: Switch, words: list[str]) -> str:
    channel = _channel(switch, words)
    if channel is None:
        return _NO_CHANNEL
    channel.hang_up(words[1] if len(words) > 1 else "NORMAL_CLEARING")
    return "+OK\n"


def _break(switch: Switch, words: list[str]) -> str:
    channel = _channel(switch, words)
    if channel is None:
        return _NO_CHANNEL
    channel.break_off(everything="all" in words[1:])
    return "+OK\n"


def _setvar(switch: Switch, words: list[str]) -> str:
    channel = _channel(switch, words)
    if channel is None:
        return _NO_CHANNEL
    if len(words) < 2:
        return "-USAGE: <uuid> <var> [value]\n"
    channel.set(words[1], " ".join(words[2:]))
    return "+OK\n"


def _getvar(switch: Switch, words: list[str]) -> str:
    channel = _channel(switch, words)
    if channel is None:
        return _NO_CHANNEL
    return channel.variables.get(words[1], "_undef_") if len(words) > 1 else "-ERR No variable name specified!\n"


def _bridge(switch: Switch, words: list[str]) -> str:
    if len(words) < 2:
        return "-USAGE: <uuid> <other_uuid>\n"
    a, b = (switch.channels.get(uuid) for uuid in words[:2])
    if a is None or b is None or a is b or a.cause or b.cause:
        return "-ERR Invalid uuid\n"
    if a.answer_state != "answered":
        if b.answer_state != "answered":
            return "-ERR Invalid uuid\n"
        a, b = b, a
    uuid_bridge(a, b)
    return f"+OK {words[1]}\n"


def _transfer(switch: Switch, words: list[str]) -> str:
    """`uuid [-bleg|-both] extension [dialplan [context]]`."""
    if len(words) < 2:
        return "-USAGE: <uuid> [-bleg|-both] <dest-exten> [<dialplan>] [<context>]\n"
    channel = _channel(switch, words)
    if channel is None:
        return _NO_CHANNEL
    other = other_side(channel)
    option = words.pop(1) if words[1].startswith("-") else ""
    target = " ".join(words[1:])
    if option == "-bleg" and other:
        channel = other
    elif option == "-both" and other:
        transfer(other, target)
    return "+OK\n" if transfer(channel, target) else "-ERR\n"


def _dual_transfer(switch: Switch, words: list[str]) -> str:
    """`uuid a-extension/dialplan/context b-extension/dialplan/context`."""
    if len(words) != 3:
        ends = " ".join(f"<{leg}-dest-exten>[/<{leg}-dialplan>][/<{leg}-context>]" for leg in "AB")
        return f"-USAGE: <uuid> {ends}\n"
    channel = _channel(switch, words)
    if channel is None:
        return _NO_CHANNEL
    if other := other_side(channel):
        transfer(other, words[2].replace("/", " "))
    transfer(channel, words[1].replace("/", " "))
    return "+OK\n"


def _broadcast(switch: Switch, words: list[str]) -> str:
    """`uuid path [aleg|bleg|both]`: plays within whatever runs."""
    channel = _channel(switch, words)
    if channel is None or len(words) < 2:
        return "-ERR Error\n"
    other, which = other_side(channel), words[2] if len(words) > 2 else "aleg"
    heard_by = [channel] if which in ("aleg", "both") else []
    for each in [*heard_by, *([other] if other and which in ("bleg", "both") else [])]:
        head = {"call-command": "execute", "execute-app-name": "playback", "execute-app-arg": words[1]}
        each.queue(Command(head))
    return "+OK Message sent\n"


def _send_dtmf(switch: Switch, words: list[str]) -> str:
    """Out to the channel's telephone."""
    channel = _channel(switch, words)
    if channel is None or len(words) < 2:
        return "-ERR Cannot locate session!\n"
    channel.keys_out += words[1].partition("@")[0]
    return f"+OK {words[0]} sent DTMF {words[1]}.\n"


def _recv_dtmf(switch: Switch, words: list[str]) -> str:
    """As if its telephone had pressed them."""
    channel = _channel(switch, words)
    if channel is None or len(words) < 2:
        return "-ERR Cannot locate session!\n"
    for key in words[1].partition("@")[0]:
        channel.press(key)
    return f"+OK {words[0]} received DTMF {words[1]}.\n"


def _global_getvar(switch: Switch, words: list[str]) -> str:
    known = {"core_uuid": switch.core_uuid, "domain": registrations.DOMAIN} | switch.globals
    return known.get(words[0], "") if words else ""


def _global_setvar(switch: Switch, words: list[str]) -> str:
    name, _, value = " ".join(words).partition("=")
    switch.globals[name] = value
    return "+OK"


def _reloadxml(_switch: Switch, _words: list[str]) -> str:
    return "+OK [Success]\n"


def _status(switch: Switch, _words: list[str]) -> str:
    return (
        "UP 0 years, 0 days, 1 hour, 0 minutes, 0 seconds, 0 milliseconds, 0 microseconds\n"
        "FreeSWITCH (Version 1.11.1-release  64bit) is ready\n"
        f"{switch.calls_placed} session(s) since startup\n"
        f"{len(switch.channels)} session(s) - peak {len(switch.channels)}, last 5min {len(switch.channels)} \n"
    )


def _version(_switch: Switch, _words: list[str]) -> str:
    return "FreeSWITCH Version 1.11.1-release (stand-in)\n"


def _channel(switch: Switch, words: list[str]) -> Channel | None:
    return switch.channels.get(words[0]) if words else None


_COMMANDS: Mapping[str, Callable[[Switch, list[str]], str]] = {
    "uuid_exists": _exists,
    "uuid_kill": _kill,
    "uuid_break": _break,
    "break": _break,
    "uuid_setvar": _setvar,
    "uuid_getvar": _getvar,
    "uuid_bridge": _bridge,
    "uuid_transfer": _transfer,
    "uuid_dual_transfer": _dual_transfer,
    "uuid_broadcast": _broadcast,
    "uuid_send_dtmf": _send_dtmf,
    "uuid_recv_dtmf": _recv_dtmf,
    "global_getvar": _global_getvar,
    "global_setvar": _global_setvar,
    "reloadxml": _reloadxml,
    "show": showing.show,
    "sofia": showing.sofia,
    "sofia_contact": showing.sofia_contact,
    "status": _status,
    "version": _version,
}
