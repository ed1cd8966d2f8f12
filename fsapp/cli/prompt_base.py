"""What the commands of prompts have in common: which prompts are meant, who changes them, and telling the engine."""

import argparse
import getpass
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fsapp.cli import options
from fsapp.domain.errors import ConfigError, FsappError

if TYPE_CHECKING:
    from fsapp.media.catalogue import Catalogue, Prompt
    from fsapp.media.prompt_files import PromptFiles
    from fsapp.server.prompt_uses import PromptUse
    from fsapp.server.settings import EngineSettings

_LIMIT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class PromptSite:
    """The prompts of a site, and their recordings."""

    settings: "EngineSettings"
    catalogue: "Catalogue"
    files: "PromptFiles"

    def prompt(self, name: str, language: str) -> "Prompt":
        """Raises FsappError for what is no prompt: a name leads nowhere else."""
        from fsapp.flow.spelling import hint

        if language not in self.catalogue.languages:
            known = ", ".join(self.catalogue.languages)
            raise FsappError(f"there are no prompts in {language!r}; there are some in {known}")
        if (language, name) not in self.catalogue.prompts:
            known_names = self.catalogue.names(language)
            file = self.settings.sounds / language / "prompts.yaml"
            raise FsappError(
                f"there is no prompt {name[:80]!r} in {language!r}{hint(name, known_names)}; its words stand in {file}"
            )
        return self.catalogue.prompt(name, language)

    def meant(self, given: argparse.Namespace) -> "list[Prompt]":
        """Those of the language and the class that the command line names. Raises FsappError where there are none."""
        found = [
            each
            for each in self.catalogue.prompts.values()
            if given.language in (None, each.language) and given.kind in (None, self.catalogue.classes.of(each.name))
        ]
        if not found:
            raise FsappError("there are no such prompts: see `fsapp prompts list` for languages and classes")
        return found


def add_choice(parser: argparse.ArgumentParser) -> None:
    """Which prompts: `language` and `kind`."""
    parser.add_argument("--language", metavar="LANGUAGE", help="of this language only")
    parser.add_argument("--class", dest="kind", metavar="CLASS", help="of this class only (sounds/classes.yaml)")


def add_json(parser: argparse.ArgumentParser, lines: str) -> None:
    parser.add_argument("--json", action="store_true", help=f"print JSON, {lines}" if lines else "print JSON")


def add_site(*parsers: argparse.ArgumentParser) -> None:
    for parser in parsers:
        options.add_config(parser)
        options.add_data(parser)


def site(given: argparse.Namespace) -> PromptSite:
    """Raises ConfigError."""
    from fsapp.media.catalogue import load
    from fsapp.server.prompt_studio import files_of

    settings = options.settings(given)
    return PromptSite(settings, load(settings.sounds), files_of(settings.sounds, settings.data))


def uses(settings: "EngineSettings") -> "dict[str, Sequence[PromptUse]]":
    """Who says each prompt, by name. Raises ConfigError where a problem of the site leaves that unknown."""
    from fsapp.app import step_kinds
    from fsapp.server import prompt_uses, site_files

    return dict(prompt_uses.uses(site_files.load(settings, step_kinds())))


def uses_if_known(settings: "EngineSettings") -> "dict[str, Sequence[PromptUse]] | None":
    """As `uses`; None, with a warning, where it is unknown."""
    try:
        return uses(settings)
    except ConfigError as error:
        print(f"who uses a prompt is not known: {error.problems[0]}", file=sys.stderr)
        return None


def now() -> int:
    """UTC milliseconds."""
    from fsapp.server.system import SystemClock

    return round(SystemClock().now().timestamp() * 1000)


def who(given: argparse.Namespace) -> str:
    """Who changes a prompt."""
    name: str | None = given.by
    return name or getpass.getuser()


def tell_engine(settings: "EngineSettings", changed: "Iterable[tuple[str, str]]") -> str:
    """Has a running engine use what changed, by language and name; says from when on callers hear it."""
    from fsapp.server.control import ControlError
    from fsapp.server.control_socket import request
    from fsapp.server.prompt_studio import CHANGED

    prompts: list[Any] = [list(each) for each in changed]
    try:
        ready = request(settings.data, CHANGED, {"prompts": prompts}, _LIMIT_SECONDS)
    except ControlError as error:
        return f"callers hear it once an engine has read it: {error}"
    return "new calls hear it" if ready == len(prompts) else "the engine cannot play it: see its log"
