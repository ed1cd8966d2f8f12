"""The manual of the flow language, in Markdown, made from the steps themselves so that it cannot fall behind them."""

from collections.abc import Collection, Mapping
from typing import Any

from fsapp.domain.spoken import FILTERS as SPOKEN_FILTERS
from fsapp.flow.entries import entry
from fsapp.flow.loader import Header
from fsapp.flow.model import StepKind
from fsapp.flow.schema import Schema, params_schema
from fsapp.flow.templates import PLAIN_FILTERS

_INTRODUCTION = """\
# The flow language

*Written by `fsapp docs` from the engine's own steps; do not edit.*

A flow is one YAML file: a header, then labels. A label is a list of steps, and a call begins at `main`. Steps run
downward; an exit that `on:` maps, a `goto`, or a `run_flow` leaves. A label that ends without leaving hangs up.

```yaml
# yaml-language-server: $schema=_schema.json
version: 1
flow: greeting
language: en
numbers: ["95598"]
on_error: sorry

main:
  - menu:
      prompt: "For your bill, press one. For an operator, press zero."
      on: {1: bill, 0: operator, timeout: operator, invalid: operator}

bill:
  - collect: {into: account, prompt: enter_account, digits: 10, on: {failed: operator}}
  - lookup: {source: billing, account: "{{ account }}", into: bill, on: {missing: operator}}
  - say: "You owe {{ bill.amount | money }}."
  - goto: main

operator:
  - transfer: {agent: "8000", on: {failed: sorry}}

sorry:
  - say: "We are sorry. Please call again later."
  - hangup
```

A step is one word with a colon and what belongs to it. A single value fills the step's natural field, which the tables
below print in bold: `- say: welcome` is `- say: {text: welcome}`. `fsapp check` reads all files and names every problem
with its line; nothing is used before it is whole.
"""

_EXPRESSIONS = """\
## Texts and expressions

A text may hold `{{ expressions }}`; an expression stands without braces where a field is one. An expression reads the
variables that steps have set, and those that every call has: `call.ani` (the caller's number), `call.dnis` (the number
called), `call.uuid`, `call.caller_name`, `call.trunk`; `language`; `now`, the local time. Numbers, texts in quotes,
`+ - * /`, comparisons, `and or not`, `in` and `a if test else b` are known; functions are not. A variable that is not
set is an error with its place, never an empty text.

`caller` is what the records know of this number's calls in the last year: `caller.calls`, how many; of the last one
`caller.last_at` (local time), `caller.last_flow`, `caller.last_disposition` and `caller.last_path` (the labels, as
`main>bill`); `caller.last_agent` and `caller.last_queue` of the last talk; and `caller.choices.a_label`, the key chosen
most in the menu of that label of this flow. `caller.calls` is 0 and texts are empty where there was no call, the number
is withheld, or the database does not answer in half a second; a menu never used has no choice, so write
`caller.choices.menu | default('')`.

`customer` is whoever has this number in the customer base (`fsapp customers`): `customer.known`, `customer.id`,
`customer.name`, `customer.level`, `customer.groups`, `customer.number`, `customer.account` and `customer.accounts`,
`customer.meter` and `customer.meters`, `customer.channel`, `customer.language`, `customer.address`,
`customer.open_tickets` (how many) and `customer.ticket` (the newest one's number). Of somebody who is not known, or
where the base does not answer in time, all is empty. So a level goes into the queue with
`customer_level: "{{ customer.level }}"`, and to the agent with `whisper: "{{ customer.name }}"`.

A filter follows a `|` and turns a value into words of the call's language, or into another value:
"""

_SAMPLES: Mapping[str, Any] = {
    "number": 10086,
    "digits": "1234567890",
    "phone": "13800138000",
    "money": 312.5,
    "date": "2026-10-01",
    "time": "14:30",
    "ordinal": 3,
    "percent": 12.5,
    "duration": 3725,
}
"""What each spoken filter is shown with."""

_PLAIN = {
    "default": "`x \\| default('none')`: another value where `x` is not set",
    "upper": "in capital letters",
    "lower": "in small letters",
    "trim": "without white space at its ends",
    "length": "how many characters or items",
    "int": "as a whole number",
    "float": "as a decimal number",
    "round": "`x \\| round(2)`: to so many decimals",
    "abs": "without its sign",
    "first": "the first character or item",
    "last": "the last character or item",
}

_KINDS = {
    "string": "text",
    "boolean": "true or false",
    "integer": "whole number",
    "number": "number",
    "array": "list",
    "object": "mapping",
}


def manual(kinds: Mapping[str, StepKind]) -> str:
    """The whole manual. Raises ValueError where a step's docstring lacks a part, KeyError where a filter has no row."""
    parts = [
        _INTRODUCTION,
        "## Header\n\n" + _table(Header.model_json_schema()),
        _EXPRESSIONS + "\n" + _filters(),
        "## Steps\n\n" + _contents(kinds),
        *(_chapter(kinds[name]) for name in sorted(kinds)),
    ]
    return "\n".join(part.rstrip() + "\n" for part in parts)


def _filters() -> str:
    rows = ["| filter | of | 中文 | English |", "| --- | --- | --- | --- |"]
    for name, say in SPOKEN_FILTERS.items():
        sample = _SAMPLES[name]
        rows.append(f"| `{name}` | {sample} | {say(sample, 'zh')} | {say(sample, 'en')} |")
    rows += ["", "| filter | gives |", "| --- | --- |"]
    rows += [f"| `{name}` | {_PLAIN[name]} |" for name in PLAIN_FILTERS]
    return "\n".join(rows) + "\n"


def _contents(kinds: Mapping[str, StepKind]) -> str:
    return "\n".join(f"- [`{name}`](#{name}): {entry(kinds[name]).summary}" for name in sorted(kinds)) + "\n"


def _chapter(kind: StepKind) -> str:
    words = entry(kind)
    exits = f"Exits:\n\n{words.exits}" if words.exits.startswith("-") else f"Exits: {words.exits}"
    parts = [f"### {kind.name}", words.summary, f"```yaml\n{words.example}```", words.prose]
    parts += [_table(params_schema(kind), kind.natural), exits]
    return "\n\n".join(part.strip() for part in parts if part.strip()) + "\n"


def _table(schema: Schema, natural: str | None = None) -> str:
    required = schema.get("required", ())
    rows = []
    for name, field in schema["properties"].items():
        if name != "on":  # the list of exits says it
            shown = f"**`{name}`**" if name == natural else f"`{name}`"
            meaning = field.get("description", "").rstrip(".")
            rows.append(f"| {shown} | {_what(field, schema)} | {_default(name, field, required)} | {meaning} |")
    if further := schema.get("additionalProperties"):
        rows.append(f"| any other key | {_what(further, schema)} | | {schema['description'].rstrip('.')} |")
    return "\n".join(["| field | what | default | meaning |", "| --- | --- | --- | --- |", *rows]) if rows else ""


def _default(name: str, field: Schema, required: Collection[str]) -> str:
    if name in required:
        return "required"
    default = field.get("default")
    if default in (None, [], {}, ""):
        return ""
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _what(field: Schema, schema: Schema) -> str:
    """The values that a field takes, in an operator's words."""
    if "$ref" in field:
        return _what(schema["$defs"][field["$ref"].rsplit("/", 1)[-1]], schema)
    if "anyOf" in field:
        ways = (_what(way, schema) for way in field["anyOf"] if way != {"type": "null"})
        return " or ".join(dict.fromkeys(ways))
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    kind = field["type"] if isinstance(field["type"], str) else "string"
    return _KINDS[kind] + _limits(field) + _members(field, schema)


def _limits(field: Schema) -> str:
    if "minimum" not in field or "maximum" not in field:
        return ""
    low, high = field["minimum"], field["maximum"]
    return f", {low}" if low == high else f", {low} to {high}"


def _members(field: Schema, schema: Schema) -> str:
    if field["type"] == "array" and "$ref" in field["items"]:
        return f" of {_what(field['items'], schema)}"
    if field.get("properties"):
        return " (" + ", ".join(f"`{name}`" for name in field["properties"]) + ")"
    return ""
