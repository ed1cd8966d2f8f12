"""Which flow serves which call: rules in this order, then the flows' own `numbers:`, then the default flow.

A rule is a function marked `@route`. It is given the call (ani, dnis, caller_name, trunk, arrived_at) and the site's
local time, and returns a flow's name, or None to leave the call to the next rule. Its name is logged and stored with
the call. Files are read in the order of their names, rules in the order in which they stand. `fsapp check` checks them.

    from datetime import datetime

    from fsapp.domain.call import Call
    from fsapp.domain.dialplan import route

    @route
    def night(call: Call, now: datetime) -> str | None:
        return "night_service" if now.hour < 6 else None
"""
