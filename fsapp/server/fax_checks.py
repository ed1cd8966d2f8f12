"""Documents that flows and the desk name, against those that there are. A missing one is a warning: it may be added any
day, and a flow has a way out (`missing`), as the agent has a sentence.
"""

from collections.abc import Iterator
from typing import NamedTuple

from fsapp.domain.desk import ListName
from fsapp.domain.errors import Problem
from fsapp.flow.spelling import hint
from fsapp.server import databases
from fsapp.server.settings import EngineSettings
from fsapp.server.site_files import SiteFiles
from fsapp.steps.fax_receive import UNSORTED, FaxReceiveParams
from fsapp.steps.fax_send import FaxSendParams
from fsapp.store import database
from fsapp.store.documents import Documents


def category_warnings(settings: EngineSettings, files: SiteFiles) -> list[Problem]:
    """Categories of received faxes that no line of `fax.deliver` names, where others are delivered."""
    lines = settings.fax.deliver
    known = [each.category for each in lines if each.category]
    if not known or None in [each.category for each in lines]:
        return []
    return [
        Problem(flow.file, step.line, f"no line of `fax.deliver` has the category {category!r}{hint(category, known)}")
        for flow in files.plan.flows.values()
        for step in (step for steps in flow.labels.values() for step in steps)
        if isinstance(step.params, FaxReceiveParams) and (category := step.params.category) not in {*known, UNSORTED}
    ]


class _Named(NamedTuple):
    file: str
    line: int
    document: str


def document_warnings(settings: EngineSettings, files: SiteFiles) -> list[Problem]:
    """Reads the database, and blocks; without one there is nothing to compare with. Raises StoreError."""
    named, url = [*_in_flows(files), *_at_desk(settings, files)], databases.own_url(settings)
    file = database.sqlite_path(url)
    if not named or (file is not None and not file.exists()):
        return []
    known = Documents(url).names()
    return [
        Problem(each.file, each.line, f"there is no document {each.document!r} yet{hint(each.document, known)}")
        for each in named
        if each.document not in known
    ]


def _in_flows(files: SiteFiles) -> Iterator[_Named]:
    """Those whose name is the same in every call."""
    for flow in files.plan.flows.values():
        for step in (step for steps in flow.labels.values() for step in steps):
            if isinstance(step.params, FaxSendParams) and step.params.document.static:
                yield _Named(flow.file, step.line, step.params.document.source)


def _at_desk(settings: EngineSettings, files: SiteFiles) -> Iterator[_Named]:
    for choice in files.desk.lists.get(ListName.FAX_DOCUMENT, {}).values():
        yield _Named(str(settings.dialplan), 1, choice.name)
