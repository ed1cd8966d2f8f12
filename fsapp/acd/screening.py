"""What an agent's screen is told of a caller."""

from collections.abc import Mapping
from typing import Any

from fsapp.acd.places import Place


def screen_fields(place: Place, agent: str, phone: str = "") -> Mapping[str, Any]:
    """Plain values; what is secret stands there as `***` already."""
    request = place.request
    return {
        "contact": place.contact,
        "call": request.call.uuid,
        "agent": agent,
        "phone": phone,
        "queue": request.queue,
        "caller": request.call.ani,
        "caller_name": request.call.caller_name,
        "data": dict(request.data),
        "notes": list(place.notes),
    }
