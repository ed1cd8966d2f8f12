"""Cover pages: a template of the site's, filled in by sandboxed Jinja2. Runs in the worker process."""

from collections.abc import Mapping
from pathlib import Path

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from fsapp.domain.errors import MediaError

MOST_LETTERS = 20_000


def filled(template: Path, fields: Mapping[str, str]) -> str:
    """The words of a cover page. Raises MediaError for a template that cannot be filled in with these fields."""
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=template.name.endswith((".html", ".html.j2"))
    )
    environment.globals.clear()  # `range` and the like: nothing of a cover page counts
    try:
        words = environment.from_string(template.read_text("utf-8")).render(fields)
    except (TemplateError, UnicodeDecodeError, ArithmeticError, TypeError, ValueError, AttributeError) as error:
        raise MediaError(f"the cover page {template.name} cannot be filled in: {error}") from None
    if len(words) > MOST_LETTERS:
        raise MediaError(f"the cover page {template.name} has {len(words)} letters, and {MOST_LETTERS} is the most")
    return words
