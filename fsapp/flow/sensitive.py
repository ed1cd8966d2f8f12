"""Sensitive variables, such as a PIN: what is made of them is as secret as they are."""

from fsapp.flow.context import Context
from fsapp.flow.templates import Text

HIDDEN = "***"
"""Stands in notes and records for what a sensitive variable holds."""


def is_secret(ctx: Context, *texts: Text) -> bool:
    """Whether any of these reads a sensitive variable."""
    return bool(ctx.sensitive) and any(text.reads & ctx.sensitive for text in texts)


def shown(ctx: Context, words: Text, text: str) -> str:
    """`text`, made from `words`, as it may stand in a record."""
    return HIDDEN if is_secret(ctx, words) else text
