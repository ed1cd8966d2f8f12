"""What must be in no recording of a call: what the caller keys in secret, and secrets that are said."""

from collections.abc import Iterator
from contextlib import contextmanager

from fsapp.flow.context import Context

SENSITIVE = "sensitive"
"""Why a recording is silent."""


@contextmanager
def unrecorded(ctx: Context) -> Iterator[None]:
    """Meanwhile the recording of the call is silent, if there is one."""
    recorder = ctx.ports.call_recorder
    hidden = recorder.mask(ctx.call.uuid, SENSITIVE)
    try:
        yield
    finally:
        if hidden:
            recorder.unmask(ctx.call.uuid, SENSITIVE)
