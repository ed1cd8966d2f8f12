"""Events: what happened in a call, past tense. The journal keeps them; records are folded from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """Every kind of event, with the fields it carries beside those named `?`, which may be missing."""

    CALL_ARRIVED = "CallArrived"
    """ani, dnis, caller_name, trunk"""
    CALL_REFUSED = "CallRefused"
    """reason (capacity, no_flow …)"""
    FLOW_CHOSEN = "FlowChosen"
    """flow, hash, language, rule"""
    CALL_RESUMED = "CallResumed"
    """flow, label, index, step? — another engine had the call before, and this one goes on at that step"""
    CALL_ANSWERED = "CallAnswered"
    STEP_FINISHED = "StepFinished"
    """flow, label, index, step, exit, ms, set? (variables set), said?, keys?, and what the step notes"""
    FLOW_FAILED = "FlowFailed"
    """place, sentence"""
    CALL_TAGGED = "CallTagged"
    """disposition?, note?, tags?"""
    MESSAGE_RECORDED = "MessageRecorded"
    """path, seconds, name"""
    VOICEMAIL_LEFT = "VoicemailLeft"
    """mailbox (agent:1001, queue:service, ticket:complaint), caller, path, seconds, urgent"""
    FAX_RECEIVED = "FaxReceived"
    """document, category, partial, pages, rate, station_id, ecm, t38, code, text — nothing came: document is empty"""
    FAX_SENT = "FaxSent"
    """document, success, pages, rate, station_id, ecm, t38, code, text — to the caller, in the call"""
    LEG_ENDED = "LegEnded"
    """leg, number, started_at (ms), answered_at? (ms), ended_at (ms), end, cause — and of queues, where an agent had an
    outside number rung in a talk: contact, call, agent"""
    CODE_USED = "CodeUsed"
    """code, by (an agent's id or empty), phone?, outcome (done, or why not), answers (no PIN, no keys sent on)"""
    CALL_TRANSFERRED = "CallTransferred"
    """to"""
    SURVEY_ANSWERED = "SurveyAnswered"
    """queue, agent, question, answer (a number; null: the caller gave none)"""
    CALLBACK_REQUESTED = "CallbackRequested"
    """number, window, queue, skills, priority, customer_level, sticky_agent, language, data, queued_at (ms): since when
    the caller's place counts"""
    MENU_SET = "MenuSet"
    """ani, flow, label, key (the option that goes first; empty: the standard menu), by (caller or habit)"""
    TICKET_OPENED = "TicketOpened"
    """ticket (its number), kind"""
    TICKET_URGED = "TicketUrged"
    """ticket"""
    TICKET_WANTED = "TicketWanted"
    """kind, request (all that a ticket is made of), why — the ticket could not be made at once; tickets-due makes it"""
    CALL_HUNG_UP = "CallHungUp"
    """cause, party (caller, engine, switch), billable_ms?, sip_call_id?, codec? — always the last event of a call"""

    # Of faxes that are sent by themselves: `call` is `fax:<job>`, and `seq` the attempt's number.
    FAX_ATTEMPTED = "FaxAttempted"
    """number, document, leg, first_page, outcome (sent, busy, …), cause, rung, pages, rate, station_id, ecm, t38, code,
    text"""
    FAX_ENDED = "FaxEnded"
    """number, document, state (sent, failed), attempts, pages, result — the last of a job, unless it is cancelled"""

    # Of queues and agents: `call` is `acd:<run>`, and `seq` counts in that run of the dispatcher. The caller's call is
    # the field `call`; `contact` is one stay of that call in the queues.
    CONTACT_QUEUED = "ContactQueued"
    """contact, call, queue, position, reason (why it came from another queue, or empty), resumed"""
    DISPATCH_DECIDED = "DispatchDecided"
    """contact, call, queue, and what acd.decisions stores: who was chosen, and why nobody else was"""
    OFFER_ENDED = "OfferEnded"
    """offer, contact, call, agent, queue, made_at (ms), end, cause"""
    CONTACT_ENDED = "ContactEnded"
    """contact, call, queue, end, waited_ms (since the first queue), within (the service level's time), agent — once"""
    TALK_ENDED = "TalkEnded"
    """contact, call, queue, agent, started_at (ms): one agent's part"""
    AGENT_STATE_ENDED = "AgentStateEnded"
    """agent, state, reason, since (ms), followed_by, because (the reason of the state that follows)"""
    WAIT_PROMISED = "WaitPromised"
    """contact, call, queue, expected_ms, low_ms, high_ms, spoken (whether it was fit to be), held (whether it came
    true), actual_ms, mean_wait_ms, smoothed_wait_ms (all four may be null) — `at` is when it was given; it is written
    once the wait is over"""
    AGENT_ACTED = "AgentActed"
    """agent, what (sign_in, break …), by (who did it), and what belongs to it: phone, code, reason, call …"""
    RECORDING_STARTED = "RecordingStarted"
    """recording, call, contact, queue, caller, called, path (below the folder of recordings), by, agent (the last one),
    agents, legs, started_at (ms)"""
    RECORDING_MASKED = "RecordingMasked"
    """As RecordingStarted, and: by (who wanted it, or `sensitive`), after_ms (from the file's beginning), masked (spans
    in ms so far; -1 ends one that is not over)"""
    RECORDING_UNMASKED = "RecordingUnmasked"
    """As RecordingMasked."""
    RECORDING_SAVED = "RecordingSaved"
    """As RecordingStarted, and: ms, size, sha256, masked (spans in ms), why it ended — the last of one"""
    RECORDING_FAILED = "RecordingFailed"
    """As RecordingStarted, and why — the last of one, or the only one where none began; path may be empty"""
    RECORD_RULES_LOADED = "RecordRulesLoaded"
    """rules: `always`, `on_demand` or `never` by queue, as they are from now on"""
    DESK_REPAIRED = "DeskRepaired"
    """what, why, agent?, contact?, call?: what the sweeper found wrong and mended"""


@dataclass(frozen=True, slots=True)
class Event:
    """`seq` counts from 0 within a call, so (call, seq) is unique; `at` is UTC in milliseconds since 1970."""

    call: str
    seq: int
    at: int
    kind: str
    fields: Mapping[str, Any]
