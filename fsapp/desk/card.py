"""The card of codes that an agent keeps at the phone: what is on it, in one language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from fsapp.desk.codes import ASKED_FOR, Code, Group
from fsapp.desk.plan import DeskPlan
from fsapp.domain.desk import ListName

TITLE: Mapping[str, str] = MappingProxyType({"zh": "座席话机代码卡", "en": "Codes of an agent's phone"})

_GROUPS: Mapping[Group, Mapping[str, str]] = MappingProxyType(
    {
        Group.IDLE: {"zh": "空闲时拨打", "en": "Dial when you are not in a call"},
        Group.TALK: {"zh": "通话中按键", "en": "Key in a call"},
        Group.SUPERVISOR: {"zh": "班长拨打", "en": "Supervisors dial"},
    }
)

_LISTS: Mapping[ListName, Mapping[str, str]] = MappingProxyType(
    {
        ListName.BREAK_REASON: {"zh": "原因编号", "en": "Reasons"},
        ListName.QUEUE: {"zh": "队列编号", "en": "Queues"},
        ListName.PROMPT: {"zh": "提示音编号", "en": "Prompts"},
        ListName.KNOWLEDGE: {"zh": "知识编号", "en": "Knowledge items"},
        ListName.DISPOSITION: {"zh": "结果编号", "en": "Dispositions"},
        ListName.WRAP_UP_CODE: {"zh": "小结编号", "en": "Wrap-up codes"},
        ListName.TICKET_KIND: {"zh": "工单类别", "en": "Kinds of tickets"},
        ListName.FAX_DOCUMENT: {"zh": "传真文件编号", "en": "Documents"},
        ListName.SKILL: {"zh": "技能编号", "en": "Skills"},
    }
)

_NUMBERS: Mapping[str, str] = MappingProxyType({"zh": "编号", "en": "Numbers"})

_NOTES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "zh": (
            "† 通话中按键、空闲时拨打均可。",
            "未拨的内容会语音询问；长短不定的号码以 # 结束。",
            "密码只在询问后输入，不要连拨。通话中按 ** 取消。",
        ),
        "en": (
            "† Both dialled and keyed in a call.",
            "What you do not dial is asked for. End a number with #.",
            "Enter a PIN only when asked, never in the number you dial. In a call ** cancels.",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Row:
    """A code: its keys, what it does, and what is keyed after it."""

    keys: str
    does: str
    then: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The codes of one group."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the numbers of one list mean."""

    title: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One card."""

    language: str
    title: str
    sections: tuple[Section, ...]
    numbers_title: str
    numbers: tuple[Choices, ...]
    notes: tuple[str, ...]


def card(plan: DeskPlan, language: str) -> Card:
    """The card of a site, in "zh" or "en"."""
    sections = (Section(title[language], tuple(_rows(plan, group, language))) for group, title in _GROUPS.items())
    return Card(
        language,
        TITLE[language],
        tuple(section for section in sections if section.rows),
        _NUMBERS[language],
        tuple(_choices(plan, language)),
        _NOTES[language],
    )


def _rows(plan: DeskPlan, group: Group, language: str) -> Iterator[Row]:
    for code in plan.codes:
        if code.group is group:
            yield Row(code.keys, code.says(language) + (" †" if code.also else ""), _then(code, language))


def _then(code: Code, language: str) -> tuple[str, ...]:
    return tuple(ASKED_FOR[asks][language] for asks in code.asks)


def _choices(plan: DeskPlan, language: str) -> Iterator[Choices]:
    for name, titles in _LISTS.items():
        choices = plan.lists.get(name, {})
        if choices:
            said = ((each.number, each.zh if language == "zh" else each.en) for each in choices.values())
            yield Choices(titles[language], tuple(f"{number} {words}" for number, words in said))
