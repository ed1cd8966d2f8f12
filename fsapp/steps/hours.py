"""Asks a business calendar whether we are open now (营业时间).

    - hours: {calendar: service, on: {closed: leave_message, holiday: holiday_notice}}

The calendars, with public holidays and make-up days, stand in the configuration.

Exits:
- `open`: within business hours
- `closed`: outside them, or at a weekend; must be mapped
- `holiday`: goes where `closed` goes unless it is mapped
"""

from pydantic import Field

from fsapp.flow.context import Context
from fsapp.flow.fields import On, nearest
from fsapp.flow.model import Exit, Params, StepKind
from fsapp.flow.references import CalendarName

CLOSED = "closed"


class HoursParams(Params):
    """Which calendar."""

    calendar: CalendarName = Field(description="the calendar's name")
    on: On = Field(default_factory=dict, description="where each exit leads")


def exits(params: HoursParams) -> tuple[Exit, ...]:
    holiday = (Exit("holiday"),) if "holiday" in params.on else ()
    return (Exit("open"), Exit(CLOSED, required=True), *holiday)


def run(ctx: Context, params: HoursParams) -> str:
    state = ctx.ports.calendars.state(params.calendar, ctx.ports.clock.now())
    ctx.note(state=state)
    return state if state == "open" else nearest(state, params.on, CLOSED)


STEP = StepKind("hours", HoursParams, run, exits, natural="calendar")
