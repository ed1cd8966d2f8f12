"""The site as calls at the terminal and flow tests have it: everything real, but no telephone and no sound."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fsapp.server.settings import EngineSettings
    from fsapp.switchboard.flowtest import Site


def site(settings: "EngineSettings") -> "Site":
    """Reads and checks the site's files. Raises ConfigError with every problem."""
    from fsapp.app import step_kinds
    from fsapp.media.silent import SilentVoice
    from fsapp.server import site_files
    from fsapp.switchboard.flowtest import Site

    files = site_files.load(settings, step_kinds())
    voice = SilentVoice(files.catalogue)
    return Site(files.plan, voice, files.calendars, files.outbound, settings.zone, settings.languages, files.queues)
