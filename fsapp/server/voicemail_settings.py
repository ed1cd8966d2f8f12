"""The section `voicemail` of conf/fsapp.yaml: mailboxes whose messages go by mail too, with the file.

voicemail:
  mail:
    queue:service: [desk@example.com]
    ticket:complaint: [complaints@example.com]
"""

import re
from collections.abc import Mapping

from pydantic import Field, field_validator

from fsapp.files.models import Settings
from fsapp.server.mail import address

_MAILBOX = re.compile(r"(agent|queue|ticket):[A-Za-z0-9_]{1,63}\Z")


class VoicemailSettings(Settings):
    """Who is written to of which mailbox; the section `mail` says by which server."""

    mail: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)

    @field_validator("mail")
    @classmethod
    def _mailboxes_and_addresses(cls, value: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
        for name, addresses in value.items():
            if not _MAILBOX.match(name):
                raise ValueError(f"{name[:60]!r} is no mailbox; write agent:1001, queue:service or ticket:complaint")
            for each in addresses:
                address(each)
        return value
