"""The log of what administrators and supervisors did. A line is written in the transaction of the act itself."""

import json
from collections.abc import Mapping
from typing import Any

from fsapp.domain.admin import Act, AdminEntry
from fsapp.store import database, rows
from fsapp.store.connections import reading
from fsapp.store.models import AdminLogRow


def note(connected: Any, act: Act, what: str, fields: Mapping[str, Any]) -> None:
    """Adds a line, within the caller's transaction on `connected`."""
    AdminLogRow.insert(at=act.at, who=rows.clean(act.who), what=what, fields=rows.json_text(fields)).execute(connected)


class AdminLog:
    """Reads the log, over connections of its own. They block."""

    def __init__(self, url: str) -> None:
        """Raises StoreError where the URL names no known database."""
        database.open(url)
        self._url = url

    def latest(self, limit: int = 50) -> tuple[AdminEntry, ...]:
        """The newest lines first. Raises StoreError."""
        columns = (AdminLogRow.at, AdminLogRow.who, AdminLogRow.what, AdminLogRow.fields)
        query = AdminLogRow.select(*columns).order_by(AdminLogRow.id.desc()).limit(limit)
        with reading(self._url) as connected:
            return tuple(
                AdminEntry(at, who, what, json.loads(fields))
                for at, who, what, fields in database.select(connected, query)
            )
