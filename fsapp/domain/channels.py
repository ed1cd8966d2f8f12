"""Ways in which customers and we reach one another (渠道)."""

from enum import StrEnum


class Channel(StrEnum):
    """A way."""

    PHONE = "phone"
    MESSAGE = "message"
    """Words that a caller left, with nobody on duty."""
    FAX = "fax"
    SMS = "sms"
    EMAIL = "email"
    WEB = "web"
    LETTER = "letter"
    VISIT = "visit"
    OTHER = "other"


CHANNEL_WORDS = {
    Channel.PHONE: {"zh": "电话", "en": "by phone"},
    Channel.MESSAGE: {"zh": "留言", "en": "by a message"},
    Channel.FAX: {"zh": "传真", "en": "by fax"},
    Channel.SMS: {"zh": "短信", "en": "by SMS"},
    Channel.EMAIL: {"zh": "邮件", "en": "by mail"},
    Channel.WEB: {"zh": "网络", "en": "on the web"},
    Channel.LETTER: {"zh": "来信", "en": "by letter"},
    Channel.VISIT: {"zh": "来访", "en": "in person"},
    Channel.OTHER: {"zh": "其他", "en": "another way"},
}


def channel(text: str) -> Channel:
    """Raises ValueError, with the ways that there are."""
    try:
        return Channel(text)
    except ValueError:
        raise ValueError(f"{text[:40]!r} is no channel; known: {', '.join(Channel)}") from None
