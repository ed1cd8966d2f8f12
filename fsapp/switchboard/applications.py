"""The dialplan applications that the stand-in knows, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from fsapp.switchboard import bridging, collecting, faxing, parking, recording, session, supervising, transferring
from fsapp.switchboard.channel import Channel
from fsapp.switchboard.sip_variables import stage

Application = Callable[[Channel, str], None]


def answer(channel: Channel, _argument: str = "") -> None:
    if channel.answer_state == "answered":
        return
    channel.answer_state = "answered"
    channel.profile.times["Channel-Answered-Time"] = channel.now
    inbound = channel.profile.direction == "inbound"
    channel.variables |= stage("inbound answered" if inbound else "outbound answered")
    channel.fire("CHANNEL_ANSWER")
    channel.call_state = "ACTIVE"
    channel.set("endpoint_disposition", "ANSWER")
    channel.telephone.answered(channel)
    if inbound:
        channel.acknowledged = False


def pre_answer(channel: Channel, _argument: str) -> None:
    """Early media: nothing that an engine could see here."""
    channel.profile.times.setdefault("Channel-Progress-Media-Time", channel.now)


def do_nothing(_channel: Channel, _argument: str) -> None:
    """For applications whose effect nobody on the event socket sees."""


def sleep(channel: Channel, argument: str) -> None:
    """Keys stay in the queue, unless `sleep_eat_digits` is set."""
    eats = channel.variables.get("sleep_eat_digits") == "true"
    channel.idle(int(argument or 0) / 1000, (lambda _key: False) if eats else None)


def endless_playback(channel: Channel, sound: str) -> None:
    while collecting.play(channel, sound) is not None and not channel.broken:
        pass


def set_variable(channel: Channel, argument: str) -> None:
    """`set` and `export`: what is set is expanded a second time, as in the switch."""
    name, _, value = argument.removeprefix("nolocal:").partition("=")
    channel.set(name, channel.expanded(value))


def unset(channel: Channel, name: str) -> None:
    channel.set(name, None)


def multiset(channel: Channel, argument: str) -> None:
    """Several assignments, divided by blanks or, after `^^c`, by c."""
    divider, text = (argument[2], argument[3:]) if argument.startswith("^^") else (" ", argument)
    for assignment in filter(None, text.split(divider)):
        set_variable(channel, assignment)


def multiunset(channel: Channel, argument: str) -> None:
    divider, text = (argument[2], argument[3:]) if argument.startswith("^^") else (" ", argument)
    for name in filter(None, text.split(divider)):
        unset(channel, name)


def hangup(channel: Channel, cause: str) -> None:
    channel.hang_up(cause or "NORMAL_CLEARING")


def park(channel: Channel, _argument: str) -> None:
    parking.park(channel)


def transfer(channel: Channel, argument: str) -> None:
    transferring.transfer(channel, argument)


def send_dtmf(channel: Channel, keys: str) -> None:
    """Out to the channel's own telephone."""
    channel.keys_out += keys.partition("@")[0]


def deflect(channel: Channel, target: str) -> None:
    """REFER: the far end agrees and takes the call away, unless the switch was told that it refuses."""
    channel.switch.referred.append(target)
    if channel.answer_state == "answered" and not channel.switch.refuses_refer:
        channel.set("sip_refer_status_code", "202")
        channel.hang_up("BLIND_TRANSFER", by_caller=True)


def sched_hangup(channel: Channel, argument: str) -> None:
    """`+seconds [cause]`."""
    seconds, _, cause = argument.partition(" ")
    at = float(seconds.removeprefix("+"))
    channel.timeline.after(at, partial(channel.hang_up, (cause or "ALLOTTED_TIMEOUT").upper()), awaited=False)


def flush_dtmf(channel: Channel, _argument: str) -> None:
    channel.keys.clear()


def queue_dtmf(channel: Channel, keys: str) -> None:
    for key in keys.partition("@")[0]:
        channel.press(key)


APPLICATIONS: Mapping[str, Application] = {
    "answer": answer,
    "pre_answer": pre_answer,
    "ring_ready": do_nothing,
    "playback": collecting.playback,
    "endless_playback": endless_playback,
    "play_and_get_digits": collecting.play_and_get_digits,
    "read": collecting.read,
    "sleep": sleep,
    "record": recording.record,
    "record_session": recording.record_session,
    "stop_record_session": recording.stop_record_session,
    "record_session_mask": do_nothing,
    "record_session_unmask": do_nothing,
    "set": set_variable,
    "export": set_variable,
    "unset": unset,
    "multiset": multiset,
    "multiunset": multiunset,
    "bridge": bridging.bridge,
    "park": park,
    "hangup": hangup,
    "transfer": transfer,
    "deflect": deflect,
    "redirect": deflect,
    "sched_hangup": sched_hangup,
    "start_dtmf": do_nothing,
    "stop_dtmf": do_nothing,
    "flush_dtmf": flush_dtmf,
    "queue_dtmf": queue_dtmf,
    "send_dtmf": send_dtmf,
    "eavesdrop": supervising.eavesdrop,
    "three_way": supervising.eavesdrop,
    "log": do_nothing,
    "info": do_nothing,
    "rxfax": faxing.rxfax,
    "txfax": faxing.txfax,
    "spandsp_start_fax_detect": do_nothing,
    "spandsp_stop_fax_detect": do_nothing,
    "socket": session.socket_application,
}
