"""Tickets that steps make: of what is keyed and said, of messages and of faxes."""

import hashlib
import json
from dataclasses import replace

from fsapp.domain.channels import Channel
from fsapp.domain.errors import FsappError
from fsapp.domain.events import Kind
from fsapp.domain.ticket_opening import Opening
from fsapp.flow.context import Context


def opening(ctx: Context, kind: str, channel: Channel, attachment: str = "") -> Opening:
    """What is known of any ticket of this call: whose it is, and what is attached, if anything."""
    return Opening(
        kind,
        channel=channel,
        ani=ctx.call.ani,
        caller_name=ctx.call.caller_name,
        call=ctx.call.uuid,
        attachments=(attachment,) if attachment else (),
    )


def opened(ctx: Context, wanted: Opening) -> str:
    """Makes a ticket, and gives its number. Where none can be made now, what is wanted is kept: then it is empty."""
    wanted = replace(wanted, origin=f"{ctx.call.uuid}:{_digest(wanted)}")
    try:
        number = ctx.ports.tickets.open(wanted)
    except FsappError as error:
        ctx.note(error=str(error))
        ctx.record(Kind.TICKET_WANTED, {"kind": wanted.kind, "request": wanted.request(), "why": str(error)})
        return ""
    ctx.record(Kind.TICKET_OPENED, {"ticket": number, "kind": wanted.kind})
    return number


def _digest(wanted: Opening) -> str:
    return hashlib.sha256(json.dumps(wanted.request(), sort_keys=True).encode()).hexdigest()[:16]
