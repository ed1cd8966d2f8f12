"""Names that point outside a flow are found by the types of a step's fields, wherever they stand."""

import pytest
from pydantic import BaseModel, Field

from fsapp.flow.model import Params
from fsapp.flow.references import (
    CalendarName,
    Language,
    LookupName,
    Prompt,
    QueueName,
    Reference,
    Refers,
    prompt_name,
    references,
)
from fsapp.flow.templates import Text


class Question(BaseModel):
    prompt: Prompt
    calendar: CalendarName | None = None


class ManyParams(Params):
    prompt: Prompt = Text("Words to speak.")
    maybe: Prompt | None = None
    number_or_calendar: int | CalendarName = 0
    by_key: dict[str, Prompt] = Field(default_factory=dict)
    sources: tuple[LookupName, ...] = ()
    queue: QueueName | None = None
    pair: tuple[int, Language] | None = None
    question: Question | None = None
    questions: list[Question] = Field(default_factory=list)
    free: str = ""


CASES = {
    "a plain field": ({"prompt": "welcome"}, [(Refers.PROMPT, "welcome")]),
    "words to speak": ({"prompt": "Welcome to us."}, []),
    "a template": ({"prompt": "welcome_{{ call.ani }}"}, []),
    "an optional field": ({"maybe": "welcome"}, [(Refers.PROMPT, "welcome")]),
    "one of several types": ({"number_or_calendar": "service"}, [(Refers.CALENDAR, "service")]),
    "another of several types": ({"number_or_calendar": 5}, []),
    "a mapping": ({"by_key": {"1": "one", "2": "Two!"}}, [(Refers.PROMPT, "one")]),
    "a list": ({"sources": ["a", "b"]}, [(Refers.LOOKUP, "a"), (Refers.LOOKUP, "b")]),
    "a queue": ({"queue": "sales"}, [(Refers.QUEUE, "sales")]),
    "a pair": ({"pair": [1, "en"]}, [(Refers.LANGUAGE, "en")]),
    "a model": (
        {"question": {"prompt": "ask", "calendar": "service"}},
        [(Refers.PROMPT, "ask"), (Refers.CALENDAR, "service")],
    ),
    "models in a list": (
        {"questions": [{"prompt": "ask"}, {"prompt": "again"}]},
        [(Refers.PROMPT, "ask"), (Refers.PROMPT, "again")],
    ),
    "a text of no such type": ({"free": "service"}, []),
}


@pytest.mark.parametrize(("written", "expected"), CASES.values(), ids=CASES.keys())
def test_it_finds_names_in(written: dict[str, object], expected: list[tuple[Refers, str]]) -> None:
    found = references(ManyParams.model_validate(written))
    assert list(found) == [Reference(*pair) for pair in expected]


@pytest.mark.parametrize("source", ["Hello", "hello there", "您好", "hello.", "1_hello", "{{ hello }}", ""])
def test_words_are_no_name(source: str) -> None:
    assert prompt_name(Text(source)) is None
