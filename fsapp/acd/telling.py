"""A call's way through the queues in sentences, event by event as the journal keeps them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fsapp.acd.entries import ContactEnd
from fsapp.acd.explaining import explain
from fsapp.acd.offers import OfferEnd, Withdrawal
from fsapp.domain.events import Event, Kind


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language; `{}` are filled in."""

    queued: str
    moved: str
    why_moved: Mapping[str, str]
    resumed: str
    rang: str
    offer_ends: Mapping[str, str]
    causes: Mapping[str, str]
    bracket: str
    left: Mapping[str, str]
    in_time: str
    too_late: str
    talked: str
    promised: str
    unspoken: str
    came_true: str
    wrong: str
    given_up_late: str
    unknown: str
    repaired: str
    stays: str


EN = Words(
    queued="It stands in queue {queue}, at position {position}.",
    moved="It goes on to queue {queue}, at position {position}: {why}.",
    why_moved={
        "full": "the queue before was full",
        "timeout": "it had waited as long as the queue before allows",
        "no_agents": "nobody was signed in for the queue before",
        "closed": "the queue before was closed",
        "moved": "somebody moved it",
    },
    resumed="It has the place back that it had before it was cut off.",
    rang="The phone of {agent} rang for {seconds} s: {end}.",
    offer_ends={
        OfferEnd.ACCEPTED: "answered",
        OfferEnd.REJECTED: "refused",
        OfferEnd.NO_ANSWER: "nobody answered",
        OfferEnd.WITHDRAWN: "taken back",
        OfferEnd.FAILED: "it could not be reached",
    },
    causes={
        Withdrawal.LOST_RACE: "another agent answered first",
        Withdrawal.CALLER_GONE: "the caller was gone",
        Withdrawal.AGENT_LEFT: "the agent left the seat",
        Withdrawal.QUEUE_LEFT: "it was moved or sent away",
        Withdrawal.PHONE_GONE: "the phone unregistered meanwhile",
        "busy": "the phone was busy",
    },
    bracket=" ({more})",
    left={
        ContactEnd.ANSWERED: "After {seconds} s the caller and {agent} heard each other, {within}.",
        ContactEnd.ABANDONED: "After {seconds} s the caller hung up.",
        ContactEnd.TIMEOUT: "After {seconds} s the caller was sent on: it had waited as long as {queue} allows.",
        ContactEnd.FULL: "It could not come in: {queue} was full.",
        ContactEnd.NO_AGENTS: "After {seconds} s the caller was sent on: nobody was signed in for {queue}.",
        ContactEnd.CLOSED: "After {seconds} s the caller was sent on: {queue} is closed, or there is no such queue.",
        ContactEnd.KEY: "After {seconds} s the caller left by key.",
        ContactEnd.CALLBACK: "After {seconds} s the caller asked to be called back.",
    },
    in_time="within the service level's time",
    too_late="later than the service level's time",
    talked="{agent} talked with the caller for {seconds} s.",
    promised="The wait was estimated at {low} to {high} s{unspoken}: {outcome}.",
    unspoken=" (not fit to be spoken)",
    came_true="right, it took {actual} s",
    wrong="wrong, it took {actual} s",
    given_up_late="wrong, the caller gave up later than that",
    unknown="nobody knows whether that was right, for the caller left before",
    repaired="The engine's word and the switch's differed, and it was mended: {what}, because {why}.",
    stays="As far as is known, {contact} has not left the queues.",
)

ZH = Words(
    queued="进入队列{queue}，排第{position}位。",
    moved="转入队列{queue}，排第{position}位：{why}。",
    why_moved={
        "full": "原队列已满",
        "timeout": "在原队列等候超时",
        "no_agents": "原队列无座席签入",
        "closed": "原队列已关闭",
        "moved": "由人工转移",
    },
    resumed="恢复中断前的排队位置。",
    rang="座席{agent}的话机振铃{seconds}秒：{end}。",
    offer_ends={
        OfferEnd.ACCEPTED: "已应答",
        OfferEnd.REJECTED: "拒接",
        OfferEnd.NO_ANSWER: "无人应答",
        OfferEnd.WITHDRAWN: "已撤回",
        OfferEnd.FAILED: "无法接通",
    },
    causes={
        Withdrawal.LOST_RACE: "其他座席已先应答",
        Withdrawal.CALLER_GONE: "来电者已离开",
        Withdrawal.AGENT_LEFT: "座席离席或签出",
        Withdrawal.QUEUE_LEFT: "来电被转移",
        Withdrawal.PHONE_GONE: "话机中途注销",
        "busy": "话机忙",
    },
    bracket="（{more}）",
    left={
        ContactEnd.ANSWERED: "等候{seconds}秒后与座席{agent}通话，{within}。",
        ContactEnd.ABANDONED: "等候{seconds}秒后来电者挂机。",
        ContactEnd.TIMEOUT: "等候{seconds}秒，超过队列{queue}的最长等候时间，转出。",
        ContactEnd.FULL: "队列{queue}已满，未能进入。",
        ContactEnd.NO_AGENTS: "等候{seconds}秒，队列{queue}无座席签入，转出。",
        ContactEnd.CLOSED: "等候{seconds}秒，队列{queue}已关闭或不存在，转出。",
        ContactEnd.KEY: "等候{seconds}秒后来电者按键退出。",
        ContactEnd.CALLBACK: "等候{seconds}秒后来电者要求回呼。",
    },
    in_time="符合服务水平",
    too_late="超出服务水平时限",
    talked="座席{agent}通话{seconds}秒。",
    promised="预计等候{low}至{high}秒{unspoken}：{outcome}。",
    unspoken="（未达到播报条件）",
    came_true="准确，实际{actual}秒",
    wrong="不准确，实际{actual}秒",
    given_up_late="不准确，来电者等候更久后放弃",
    unknown="来电者提前离开，无法判断",
    repaired="引擎与交换机状态不一致，已修正：{what}，原因：{why}。",
    stays="尚无{contact}离开队列的记录。",
)

_LANGUAGES = {"en": EN, "zh": ZH}


def tell(event: Event, language: str = "en") -> tuple[str, ...]:
    """An event about a contact in sentences; nothing for others. Languages other than Chinese are told in English."""
    if event.kind == Kind.DISPATCH_DECIDED:
        return explain(event.fields, language)
    teller = _TELLERS.get(event.kind)
    return teller(event, _LANGUAGES.get(language, EN)) if teller else ()


def still_there(events: Sequence[Event], language: str = "en") -> tuple[str, ...]:
    """Of a call's events: a sentence for each contact that was queued and did not leave, or not while we looked."""
    queued = dict.fromkeys(event.fields["contact"] for event in events if event.kind == Kind.CONTACT_QUEUED)
    left = {event.fields["contact"] for event in events if event.kind == Kind.CONTACT_ENDED}
    words = _LANGUAGES.get(language, EN)
    return tuple(words.stays.format(contact=contact) for contact in queued if contact not in left)


def _queued(event: Event, words: Words) -> tuple[str, ...]:
    queue, position, reason = (event.fields[name] for name in ("queue", "position", "reason"))
    if reason:
        said = words.moved.format(queue=queue, position=position, why=words.why_moved.get(reason, reason))
    else:
        said = words.queued.format(queue=queue, position=position)
    return (said, words.resumed) if event.fields["resumed"] else (said,)


def _rang(event: Event, words: Words) -> tuple[str, ...]:
    fields = event.fields
    cause = fields["cause"]
    end = words.offer_ends[fields["end"]]
    if cause:
        end += words.bracket.format(more=words.causes.get(cause, cause))
    return (words.rang.format(agent=fields["agent"], seconds=_seconds(event.at - fields["made_at"]), end=end),)


def _left(event: Event, words: Words) -> tuple[str, ...]:
    fields = event.fields
    return (
        words.left[fields["end"]].format(
            seconds=_seconds(fields["waited_ms"]),
            queue=fields["queue"],
            agent=fields["agent"],
            within=words.in_time if fields["within"] else words.too_late,
        ),
    )


def _talked(event: Event, words: Words) -> tuple[str, ...]:
    fields = event.fields
    return (words.talked.format(agent=fields["agent"], seconds=_seconds(event.at - fields["started_at"])),)


def _promised(event: Event, words: Words) -> tuple[str, ...]:
    fields = event.fields
    return (
        words.promised.format(
            low=_seconds(fields["low_ms"]),
            high=_seconds(fields["high_ms"]),
            unspoken="" if fields["spoken"] else words.unspoken,
            outcome=_outcome(fields, words),
        ),
    )


def _outcome(fields: Mapping[str, Any], words: Words) -> str:
    held, actual = fields["held"], fields["actual_ms"]
    if held is None:
        return words.unknown
    if actual is None:
        return words.given_up_late
    return (words.came_true if held else words.wrong).format(actual=_seconds(actual))


def _repaired(event: Event, words: Words) -> tuple[str, ...]:
    return (words.repaired.format(what=event.fields["what"], why=event.fields["why"]),)


def _seconds(milliseconds: int) -> str:
    """Tenths of a second where it was a short time."""
    seconds = milliseconds / 1000
    return f"{seconds:.1f}".removesuffix(".0") if seconds < 10 else f"{seconds:.0f}"


_TELLERS: Mapping[str, Callable[[Event, Words], tuple[str, ...]]] = {
    Kind.CONTACT_QUEUED: _queued,
    Kind.OFFER_ENDED: _rang,
    Kind.CONTACT_ENDED: _left,
    Kind.TALK_ENDED: _talked,
    Kind.WAIT_PROMISED: _promised,
    Kind.DESK_REPAIRED: _repaired,
}
