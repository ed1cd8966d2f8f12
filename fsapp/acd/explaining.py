"""Decisions in sentences, for operators and callers' advocates: who got the call, and why nobody else did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fsapp.acd.decisions import Trigger, Verdict
from fsapp.acd.settings import StrategyName

NAMED = 5
"""So many agents are called by name for each reason; of the others only the number is told."""


@dataclass(frozen=True, slots=True)
class Language:
    """The words of one language; `{}` are filled in."""

    asked: str
    asked_nothing: str
    separator: str
    skill: str
    chosen: Mapping[Trigger, str]
    nobody: str
    because: Mapping[StrategyName, str]
    alone: str
    """Where only one agent could have the contact."""
    verdicts: Mapping[Verdict, str]
    more: str
    passed: str


EN = Language(
    asked="{contact} in queue {queue}, at position {position}, had waited {waited} s and asked for {demand}.",
    asked_nothing="no skill",
    separator=", ",
    skill="{skill} at level {level} or higher",
    chosen={
        Trigger.CONTACT_CAME: "It was offered to {agents}",
        Trigger.AGENT_FREED: "It was offered to {agents}, the first contact whom a freed agent may serve",
        Trigger.PICKED: "It was given to {agents} because somebody picked it, past the order of the line.",
    },
    nobody="Nobody could be offered it, so it waits.",
    because={
        StrategyName.LONGEST_IDLE: ": of {count} who could take it, idle for the longest time.",
        StrategyName.ROUND_ROBIN: ": of {count} who could take it, this one's turn.",
        StrategyName.FEWEST_CALLS: ": of {count} who could take it, the one with the fewest calls.",
        StrategyName.LEAST_TALK: ": of {count} who could take it, the one who had talked least.",
        StrategyName.TOP_DOWN: ": of {count} who could take it, the first from the top.",
        StrategyName.MOST_SKILLED: ": of {count} who could take it, the most skilled for what was asked.",
        StrategyName.RING_ALL: ": all who could take it ring at once ({count}).",
        StrategyName.RANDOM: ": of {count} who could take it, picked by chance.",
    },
    alone=": nobody else could take it.",
    verdicts={
        Verdict.OFFLINE: "Not signed in: {agents}.",
        Verdict.LACKS_SKILL: "Without the skill that is asked for: {agents}.",
        Verdict.TIER_LATER: "Of a tier level whose turn comes later: {agents}.",
        Verdict.WAITS_FOR_ANOTHER: "Left out, since the contact waits for {only} alone as yet: {agents}.",
        Verdict.OFFERED: "Being rung already: {agents}.",
        Verdict.TALKING: "Talking: {agents}.",
        Verdict.WRAP_UP: "In wrap-up: {agents}.",
        Verdict.ON_BREAK: "On a break or resting: {agents}.",
        Verdict.AFTER_CHOSEN: "Could have taken it, and came later in the order: {agents}.",
    },
    more="{named} and {count} more",
    passed="Before it in line, and nothing for this agent: {contact} (asks for {demand}).",
)

ZH = Language(
    asked="来电{contact}在队列{queue}排第{position}位，已等候{waited}秒，要求：{demand}。",
    asked_nothing="无技能要求",
    separator="、",
    skill="{skill}不低于{level}级",
    chosen={
        Trigger.CONTACT_CAME: "分配给座席{agents}",
        Trigger.AGENT_FREED: "座席空闲后，按排队顺序分配给{agents}",
        Trigger.PICKED: "由人工指定分配给座席{agents}，不按排队顺序。",
    },
    nobody="当前没有可分配的座席，继续等候。",
    because={
        StrategyName.LONGEST_IDLE: "：可接听的{count}人中空闲时间最长。",
        StrategyName.ROUND_ROBIN: "：可接听的{count}人中轮到该座席。",
        StrategyName.FEWEST_CALLS: "：可接听的{count}人中接听次数最少。",
        StrategyName.LEAST_TALK: "：可接听的{count}人中通话时间最短。",
        StrategyName.TOP_DOWN: "：可接听的{count}人中顺序最靠前。",
        StrategyName.MOST_SKILLED: "：可接听的{count}人中所需技能最高。",
        StrategyName.RING_ALL: "：可接听的{count}人同时振铃。",
        StrategyName.RANDOM: "：在可接听的{count}人中随机选取。",
    },
    alone="：只有该座席可以接听。",
    verdicts={
        Verdict.OFFLINE: "未签入：{agents}。",
        Verdict.LACKS_SKILL: "不具备所需技能：{agents}。",
        Verdict.TIER_LATER: "所在层级尚未轮到：{agents}。",
        Verdict.WAITS_FOR_ANOTHER: "来电暂时只等候座席{only}，因此未分配：{agents}。",
        Verdict.OFFERED: "正在振铃：{agents}。",
        Verdict.TALKING: "通话中：{agents}。",
        Verdict.WRAP_UP: "话后处理中：{agents}。",
        Verdict.ON_BREAK: "示忙或休息中：{agents}。",
        Verdict.AFTER_CHOSEN: "可以接听，但顺序靠后：{agents}。",
    },
    more="{named}等{count}人",
    passed="排在前面、但该座席不能接听的来电：{contact}（要求：{demand}）。",
)

_LANGUAGES = {"en": EN, "zh": ZH}


def explain(decision: Mapping[str, Any], language: str = "en") -> tuple[str, ...]:
    """A decision, as `Decision.as_record` stores it, in sentences. Languages other than Chinese are told in English."""
    words = _LANGUAGES.get(language, EN)
    return (
        _asked(decision, words),
        _outcome(decision, words),
        *_refusals(decision, words),
        *_passed(decision, words),
    )


def _asked(decision: Mapping[str, Any], words: Language) -> str:
    return words.asked.format(
        contact=decision["contact"],
        queue=decision["queue"],
        position=decision["position"],
        waited=round(decision["waited_ms"] / 1000),
        demand=_demand(decision["demand"], words),
    )


def _demand(levels: Mapping[str, int], words: Language) -> str:
    if not levels:
        return words.asked_nothing
    return words.separator.join(words.skill.format(skill=skill, level=level) for skill, level in levels.items())


def _outcome(decision: Mapping[str, Any], words: Language) -> str:
    chosen = decision["chosen"]
    if not chosen:
        return words.nobody
    trigger = Trigger(decision["trigger"])
    said = words.chosen[trigger].format(agents=_named(chosen, words))
    if trigger is Trigger.PICKED:
        return said
    could = len(chosen) + len(decision["others"].get(Verdict.AFTER_CHOSEN, ()))
    return said + (words.alone if could == 1 else words.because[StrategyName(decision["strategy"])].format(count=could))


def _refusals(decision: Mapping[str, Any], words: Language) -> tuple[str, ...]:
    lacking = [agent for agents in decision["lacks"].values() for agent in agents]
    others = {**decision["others"], Verdict.LACKS_SKILL: lacking}
    return tuple(
        sentence.format(agents=_named(agents, words), only=decision["waits_for"])
        for verdict, sentence in words.verdicts.items()
        if (agents := others.get(verdict))
    )


def _passed(decision: Mapping[str, Any], words: Language) -> tuple[str, ...]:
    return tuple(
        words.passed.format(contact=each["contact"], demand=_demand(each["demand"], words))
        for each in decision["passed"][:NAMED]
    )


def _named(agents: Sequence[str], words: Language) -> str:
    if len(agents) <= NAMED:
        return words.separator.join(agents)
    named = words.separator.join(agents[:NAMED])
    count = len(agents) if words is ZH else len(agents) - NAMED
    return words.more.format(named=named, count=count)
