"""The figures of reports, worked out of sums. docs/figures.md defines each, with an example that is a test.

Times are milliseconds, shares go from 0 to 1; None where there is nothing to divide by.
"""

from collections.abc import Mapping

from fsapp.domain.rollups import BOUNDS

Amounts = Mapping[str, int]

ANSWERED, ABANDONED, CALLBACK, KEY = "answered", "abandoned", "callback", "key"
IN_FLOW = ("timeout", "full", "no_agents", "closed", KEY)
"""Ends with which the caller goes on in the flow."""

WITHIN_SECONDS = 20
"""接通率 of the hotlines counts answers within so many seconds."""

AT_WORK = ("offered", "talking", "wrap_up")
READY = ("available", *AT_WORK)
"""States of an agent; `offered`: the phone rings."""


def share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def mean(total: float, count: float) -> float | None:
    return total / count if count else None


def within(amounts: Amounts, seconds: int) -> int:
    """How many of a row's waits were no longer; `seconds` is one of BOUNDS."""
    return sum(amounts[f"upto_{bound}"] for bound in BOUNDS if bound <= seconds)


def occupancy(states: Mapping[str, int]) -> float | None:
    """The share of the time ready in which the phone rang, or the agent talked or wrapped up."""
    return share(sum(states.get(each, 0) for each in AT_WORK), sum(states.get(each, 0) for each in READY))


def queue_figures(ends: Mapping[str, Amounts]) -> dict[str, float | int | None]:
    """Of the contacts that left a queue, by their end."""
    count = {end: amounts["contacts"] for end, amounts in ends.items()}
    offered, answered, abandoned = sum(count.values()), count.get(ANSWERED, 0), count.get(ABANDONED, 0)
    served = ends.get(ANSWERED, {})
    soon = within(served, WITHIN_SECONDS) if served else 0
    in_time = served.get("within", 0)
    return {
        "offered": offered,
        "answered": answered,
        "abandoned": abandoned,
        "called_back": count.get(CALLBACK, 0),
        "ended_in_flow": sum(count.get(each, 0) for each in IN_FLOW),
        "answer_rate": share(answered, offered),
        "abandon_rate": share(abandoned, offered),
        "within": in_time,
        "service_level": share(in_time, offered),
        "within_20": soon,
        "rate_20": share(soon, offered),
        "asa": mean(served.get("waited_ms", 0), answered),
        "patience": mean(ends[ABANDONED]["waited_ms"], abandoned) if ABANDONED in ends else None,
        "longest": max((amounts["longest_ms"] for amounts in ends.values()), default=None),
    }


def promise_figures(amounts: Amounts) -> dict[str, float | int | None]:
    """How right estimates were."""
    return {
        "given": amounts["given"],
        "judged": amounts["judged"],
        "held": share(amounts["held"], amounts["judged"]),
        "spoken": amounts["spoken"],
        "spoken_held": share(amounts["spoken_held"], amounts["spoken_judged"]),
        "error": mean(amounts["missed_ms"], amounts["measured"]),
        "bias": mean(amounts["bias_ms"], amounts["measured"]),
    }


def answer_figures(answers: Mapping[str, int], satisfied_from: int) -> dict[str, float | int | None]:
    """Of a survey's answers, by their text; empty where a caller gave none."""
    given = {int(answer): count for answer, count in answers.items() if answer}
    total = sum(given.values())
    content = sum(count for answer, count in given.items() if answer >= satisfied_from)
    return {
        "asked": sum(answers.values()),
        "rated": total,
        "response_rate": share(total, sum(answers.values())),
        "score": mean(sum(answer * count for answer, count in given.items()), total),
        "satisfied": content,
        "satisfied_rate": share(content, total),
    }


def call_figures(amounts: Amounts) -> dict[str, float | int | None]:
    """Of calls."""
    calls, answered = amounts["calls"], amounts["answered"]
    counted = ("calls", "answered", "refused", "transferred", "failed", "incomplete", "unseen")
    return {
        **{name: amounts[name] for name in counted},
        "answer_rate": share(answered, calls),
        "mean_duration": mean(amounts["billable_ms"], answered),
        "total_duration": amounts["billable_ms"],
    }


def leg_figures(amounts: Amounts) -> dict[str, float | int | None]:
    """Of B-legs."""
    legs, answered = amounts["legs"], amounts["answered"]
    return {
        "legs": legs,
        "answered": answered,
        "answer_rate": share(answered, legs),
        "mean_ring": mean(amounts["rang_ms"], legs),
        "mean_talk": mean(amounts["talked_ms"], answered),
        "total_talk": amounts["talked_ms"],
    }


def agent_figures(
    states: Mapping[str, int], talks: Amounts, holds: Amounts, offers: Mapping[str, Amounts]
) -> dict[str, float | int | None]:
    """Of an agent: time in each state, talks, holds, and offers by their end."""
    rung = {end: amounts["offers"] for end, amounts in offers.items()}
    count, held = talks.get("talks", 0), holds.get("held_ms", 0)
    wrap_up = states.get("wrap_up", 0)
    return {
        "signed_in": sum(states.values()),
        **{state: states.get(state, 0) for state in (*READY, "on_break")},
        "hold": held,
        "occupancy": occupancy(states),
        "talks": count,
        "mean_talk": mean(talks.get("talked_ms", 0), count),
        "mean_hold": mean(held, count),
        "mean_wrap_up": mean(wrap_up, count),
        "aht": mean(talks.get("talked_ms", 0) + wrap_up, count),
        "offers": sum(rung.values()),
        "accepted": rung.get("accepted", 0),
        "rejected": rung.get("rejected", 0),
        "no_answer": rung.get("no_answer", 0),
        "acceptance": share(rung.get("accepted", 0), sum(rung.get(each, 0) for each in _ASKED)),
    }


_ASKED = ("accepted", "rejected", "no_answer")
"""Offers that the agent decided; the others ended by another's hand."""
