"""Satisfaction (满意度): what callers answered when they were asked."""

from collections.abc import Mapping

from fsapp.domain.figures import answer_figures
from fsapp.domain.rollups import SURVEYS
from fsapp.domain.sums import Amounts, Keys
from fsapp.reports.asking import IN_TIME, By, Facts, Request, by_first, names, rows, total
from fsapp.reports.model import Column, Kind, Picture, Report, Row, Table, Unit, Value, counts, numbers, shares, texts

BY = (By.QUEUE, By.AGENT, By.HOUR, By.DAY)

COLUMNS: tuple[Column, ...] = (
    *counts("asked", "rated"),
    *shares("response_rate"),
    *numbers("score"),
    *counts("satisfied"),
    *shares("satisfied_rate"),
)
ANSWERS: tuple[Column, ...] = (*texts("question", "answer"), *counts("answers"), *shares("of_answers"))


def report(facts: Facts, request: Request) -> Report:
    """Answers by the hour in which they were given."""
    found = rows(facts, request, SURVEYS, ("answer",))
    known = facts.names() if request.by is By.AGENT else {}
    by = request.by.value
    lines: list[Row] = [
        {by: name, **_name(request, name, known), **_figures(found.get(name, {}), request)}
        for name in names(request, found)
    ]
    columns = (*texts(by), *(texts("name") if request.by is By.AGENT else ()), *COLUMNS)
    own = Table("satisfaction", columns, lines, _figures(total(found, 1), request) if lines else None)
    answers = _answers(facts, request)
    pictures = [_pictured(answers), _scores(own, request)] if lines else []
    tables = [own, answers] if answers.rows else [own]
    return Report("satisfaction", request.period, request.now, tables, pictures, ("satisfaction_note",), request.where)


def _figures(row: Mapping[Keys, Amounts], request: Request) -> Mapping[str, Value]:
    given = {answer: amounts["answers"] for answer, amounts in by_first(row).items()}
    return answer_figures(given, request.satisfied_from)


def _name(request: Request, name: str, known: Mapping[str, str]) -> Row:
    return {"name": known.get(name, "")} if request.by is By.AGENT else {}


def _answers(facts: Facts, request: Request) -> Table:
    """By question and answer; an empty answer is none."""
    asked = Request(request.period, By.QUEUE, request.zone, request.now, request.where)
    together = total(rows(facts, asked, SURVEYS, ("question", "answer")), 2)
    of = {
        question: sum(each["answers"] for key, each in together.items() if key[0] == question)
        for question, _ in together
    }
    lines: list[Row] = [
        {"question": question, "answer": answer, "answers": row["answers"], "of_answers": row["answers"] / of[question]}
        for (question, answer), row in sorted(together.items())
    ]
    return Table("answers", ANSWERS, lines)


def _pictured(answers: Table) -> Picture:
    labels = [f"{row['question']}: {row['answer'] or '-'}" for row in answers.rows]
    return Picture("answers", Kind.RANKING, labels, {"answers": [row["answers"] for row in answers.rows]}, Unit.COUNT)


def _scores(own: Table, request: Request) -> Picture:
    labels = [str(row.get("name") or row[request.by.value]) for row in own.rows]
    kind = Kind.LINE if request.by in IN_TIME else Kind.RANKING
    return Picture("satisfaction", kind, labels, {"score": [row["score"] for row in own.rows]}, Unit.NUMBER)
