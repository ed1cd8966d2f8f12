"""Decisions: what is kept of them, and how they are told."""

import json
from collections.abc import Mapping
from random import Random
from typing import Any

import pytest

from fsapp.acd import events
from fsapp.acd.agents import AgentState, Tier
from fsapp.acd.commands import Record
from fsapp.acd.decisions import Decision
from fsapp.acd.explaining import explain
from tests.acd.centre import Centre, queue
from tests.acd.storm import Storm


def office() -> Centre:
    """One of each: talking, on a break, unskilled, offline, of a later tier, and two who are free."""
    centre = Centre({"service": queue(tier_rules_apply=True, tier_rule_wait_second=60), "other": queue()})
    for name in ("talker", "pauser", "novice", "absent", "free", "freer"):
        skills = {"billing": 2 if name == "novice" else 6}
        centre.hire(name, skills=skills)
        centre.now += 1.0
    centre.hire("expert", tiers={"service": Tier(2)}, skills={"billing": 9})
    centre.hire("stranger", tiers={"other": Tier()})
    centre.tell(events.AgentSignedOut("absent"))
    centre.tell(events.AgentWentOnBreak("pauser", "lunch"))
    centre.call("c0")
    return centre


def last(centre: Centre) -> Mapping[str, Any]:
    """The latest decision, as it comes back from where it was stored."""
    return stored(centre.kept(Decision)[-1])


def stored(decision: Decision) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(json.dumps(decision.as_record()))
    return record


def test_every_member_is_told_apart_once() -> None:
    centre = office()
    centre.call("c1", skills={"billing": 4})
    record = last(centre)
    assert record["chosen"] == ["free"]
    assert record["others"] == {
        "offline": ["absent"],
        "tier_later": ["expert"],
        "offered": ["talker"],
        "on_break": ["pauser"],
        "after_chosen": ["freer"],
    }
    assert record["lacks"] == {"billing": ["novice"]}


def test_who_lacks_skills_is_kept_by_what_is_lacking() -> None:
    centre = Centre()
    for name, skills in {"both": {"a": 5, "b": 5}, "a": {"a": 5}, "b": {"b": 5}, "none": {}, "low": {"a": 2}}.items():
        centre.hire(name, skills=skills)
    centre.call("c1", skills={"a": 3, "b": 1})
    assert last(centre)["lacks"] == {"b": ["a"], "a": ["b"], "a,b": ["none", "low"]}


@pytest.mark.parametrize("seed", range(4))
def test_verdicts_are_those_of_a_look_at_each_agent(seed: int) -> None:
    storm = Storm(Random(seed), watched=10_000)
    storm.blow(1500)
    decisions = [each.entry for *_, given in storm.history for each in given if isinstance(each, Record)]
    looked_at = 0
    for decision in decisions:
        if isinstance(decision, Decision):
            record = stored(decision)
            told = {name: verdict for verdict, names in record["others"].items() for name in names}
            told |= {name: f"lacks {skills}" for skills, names in record["lacks"].items() for name in names}
            assert told == dict(naive(decision))
            looked_at += len(told)
    assert looked_at > 1000


def naive(decision: Decision) -> list[tuple[str, str]]:
    """Verdicts, agent by agent and question by question."""
    return [
        (name, _verdict(decision, 1 << index))
        for index, name in enumerate(decision.names)
        if decision.members >> index & 1 and name not in decision.chosen
    ]


def _verdict(decision: Decision, bit: int) -> str:
    state = next(state for state, agents in decision.states.items() if agents & bit)
    lacks = [need.skill for need, holders in zip(decision.demand, decision.holders, strict=True) if not holders & bit]
    if state is AgentState.OFFLINE:
        return "offline"
    if decision.eligible & bit:
        return "after_chosen" if state is AgentState.AVAILABLE else str(state)
    if decision.waits_for:
        return "waits_for_another"
    return f"lacks {','.join(lacks)}" if lacks else "tier_later"


def test_a_decision_does_not_change_with_what_comes_after() -> None:
    centre = office()
    centre.call("c1", skills={"billing": 4})
    decision = centre.kept(Decision)[-1]
    told = decision.as_record()
    for name in ("free", "freer", "novice"):
        centre.tell(events.AgentSignedOut(name))
        centre.tell(events.AgentRemoved(name))
    centre.hire("newcomer", skills={"billing": 10})
    assert decision.as_record() == told


def test_a_decision_is_told_in_english() -> None:
    centre = office()
    centre.call("c1", skills={"billing": 4}, at=8.0)
    assert explain(last(centre), "en") == (
        "c1 in queue service, at position 2, had waited 0 s and asked for billing at level 4 or higher.",
        "It was offered to free: of 2 who could take it, idle for the longest time.",
        "Not signed in: absent.",
        "Without the skill that is asked for: novice.",
        "Of a tier level whose turn comes later: expert.",
        "Being rung already: talker.",
        "On a break or resting: pauser.",
        "Could have taken it, and came later in the order: freer.",
    )


def test_a_decision_is_told_in_chinese() -> None:
    centre = office()
    centre.call("c1", skills={"billing": 4})
    sentences = explain(last(centre), "zh")
    assert sentences[:2] == (
        "来电c1在队列service排第2位，已等候0秒，要求：billing不低于4级。",
        "分配给座席free：可接听的2人中空闲时间最长。",
    )
    assert "未签入：absent。" in sentences


def test_who_stood_before_and_was_passed_is_told() -> None:
    centre = Centre()
    centre.call("hard", skills={"billing": 9})
    centre.call("easy")
    centre.hire("ann")
    assert explain(last(centre)) == (
        "easy in queue service, at position 2, had waited 0 s and asked for no skill.",
        "It was offered to ann, the first contact whom a freed agent may serve: nobody else could take it.",
        "Before it in line, and nothing for this agent: hard (asks for billing at level 9 or higher).",
    )


def test_why_a_contact_still_waits_can_be_asked_at_any_time() -> None:
    centre = Centre({"service": queue(sticky_time=60)})
    centre.hire("ann", ready=False)
    centre.hire("bob")
    centre.call("c1", sticky_agent="ann")
    decision = centre.dispatcher.why("c1")
    assert decision is not None
    assert explain(decision.as_record())[1:] == (
        "Nobody could be offered it, so it waits.",
        "Left out, since the contact waits for ann alone as yet: bob.",
        "On a break or resting: ann.",
    )
    assert centre.dispatcher.why("c9") is None


def test_long_lists_of_agents_are_cut_short() -> None:
    centre = Centre()
    for number in range(9):
        centre.hire(f"n{number}", ready=False)
    centre.call("c1")
    assert explain(last(centre))[-1] == "On a break or resting: n0, n1, n2, n3, n4 and 4 more."
    assert explain(last(centre), "zh")[-1] == "示忙或休息中：n0、n1、n2、n3、n4等9人。"


def test_what_was_picked_says_so() -> None:
    centre = Centre()
    centre.call("c1", skills={"billing": 9})
    centre.hire("ann")
    centre.tell(events.ContactPicked("c1", "ann"))
    assert "somebody picked it" in explain(last(centre))[1]
