"""Sums by the hour for reports, filled from the records that are there; holds; where a record comes from; seals of the
journal's days; and what retention must not delete.
"""

from typing import Any

from peewee import AutoField, BigIntegerField, CompositeKey, Database, IntegerField, Model, SqliteDatabase, TextField
from playhouse.migrate import SchemaMigrator

HOUR, DAY = 3_600_000, 86_400_000
BOUNDS = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600)


def _one(condition: str) -> str:
    return f"SUM(CASE WHEN {condition} THEN 1 ELSE 0 END)"


def _bins() -> dict[str, str]:
    found, low = {}, -1
    for bound in BOUNDS:
        found[f"upto_{bound}"] = _one(f"waited_ms > {low} AND waited_ms <= {bound * 1000}")
        low = bound * 1000
    return found | {"over": _one(f"waited_ms > {low}")}


_DESK = "c.rule LIKE 'code %%'"
_PLACED_FOR = f"CASE WHEN c.rule = 'code internal_call' THEN 'internal' WHEN {_DESK} THEN 'agent' ELSE 'flow' END"
_TALKED = "COALESCE(l.answered_at, l.ended_at)"

# Table: source and moment; keys; those that the total has; sums; the largest.
FILLS: Any = (
    (
        "rollup_call",
        ("cdr c", "c.arrived_at"),
        {
            "direction": f"CASE WHEN {_DESK} THEN 'desk' ELSE 'in' END",
            "trunk": "c.trunk",
            "dnis": f"CASE WHEN {_DESK} OR c.flow = '' AND c.refused_reason <> 'capacity' THEN '' ELSE c.dnis END",
            "flow": "c.flow",
            "disposition": "c.disposition",
            "cause": "c.hangup_cause",
        },
        ("direction",),
        {
            "calls": "COUNT(*)",
            "answered": _one("c.answered_at IS NOT NULL"),
            "refused": _one("c.refused_reason <> ''"),
            "transferred": _one("c.transferred_to <> ''"),
            "failed": _one("c.failures > 0"),
            "incomplete": _one("NOT c.complete"),
            "unseen": "0",
            "duration_ms": "SUM(c.duration_ms)",
            "billable_ms": "SUM(c.billable_ms)",
        },
        {},
    ),
    (
        "rollup_leg",
        ("leg l JOIN cdr c ON c.uuid = l.call", "l.started_at"),
        {"direction": _PLACED_FOR, "end": 'l."end"'},
        ("direction",),
        {
            "legs": "COUNT(*)",
            "answered": _one("l.answered_at IS NOT NULL"),
            "rang_ms": f"SUM({_TALKED} - l.started_at)",
            "talked_ms": f"SUM(l.ended_at - {_TALKED})",
        },
        {},
    ),
    (
        "rollup_contact",
        ("contact", "ended_at"),
        {"queue": "queue", "end": '"end"'},
        ("end",),
        {"contacts": "COUNT(*)", "within": _one("within"), "waited_ms": "SUM(waited_ms)", **_bins()},
        {"longest_ms": "MAX(waited_ms)"},
    ),
    (
        "rollup_offer",
        ("offer", "ended_at"),
        {"queue": "queue", "agent": "agent", "end": '"end"'},
        ("end",),
        {"offers": "COUNT(*)", "rang_ms": "SUM(CASE WHEN ended_at > made_at THEN ended_at - made_at ELSE 0 END)"},
        {},
    ),
    (
        "rollup_talk",
        ("talk", "ended_at"),
        {"queue": "queue", "agent": "agent"},
        (),
        {"talks": "COUNT(*)", "talked_ms": "SUM(ended_at - started_at)"},
        {},
    ),
    ("rollup_hold", None, {"queue": "", "agent": ""}, (), {"holds": "", "held_ms": ""}, {}),
    (
        "rollup_agent",
        ("piece", "at"),
        {"agent": "agent", "state": "state", "reason": "reason"},
        ("state", "reason"),
        {"ms": "SUM(ends - at)"},
        {},
    ),
    (
        "rollup_promise",
        ("promise", "at"),
        {"queue": "queue"},
        (),
        {
            "given": "COUNT(*)",
            "judged": _one("held IS NOT NULL"),
            "held": _one("held"),
            "spoken": _one("spoken"),
            "spoken_judged": _one("spoken AND held IS NOT NULL"),
            "spoken_held": _one("spoken AND held"),
            "measured": _one("held IS NOT NULL AND actual_ms IS NOT NULL"),
            "missed_ms": "SUM(CASE WHEN held IS NULL THEN 0 ELSE COALESCE(ABS(expected_ms - actual_ms), 0) END)",
            "bias_ms": "SUM(CASE WHEN held IS NULL THEN 0 ELSE COALESCE(expected_ms - actual_ms, 0) END)",
        },
        {},
    ),
    (
        "rollup_survey",
        ("survey", "at"),
        {"queue": "queue", "agent": "agent", "question": "question", "answer": "COALESCE(CAST(answer AS TEXT), '')"},
        ("question", "answer"),
        {"answers": "COUNT(*)"},
        {},
    ),
)

_PIECES = f"""WITH RECURSIVE piece(agent, state, reason, at, until, ends) AS (
    SELECT agent, state, reason, since, until,
           CASE WHEN until < since - since %% {HOUR} + {HOUR} THEN until ELSE since - since %% {HOUR} + {HOUR} END
      FROM agent_time WHERE state <> 'offline' AND since < until
    UNION ALL
    SELECT agent, state, reason, ends, until,
           CASE WHEN until < ends + {HOUR} THEN until ELSE ends + {HOUR} END
      FROM piece WHERE ends < until
) """  # noqa: S608 -- numbers of our own

_LAST_STATES = """INSERT INTO last_state (run, agent, seq, until, followed_by, because)
    SELECT run, agent, seq, until, followed_by, because FROM agent_time a
     WHERE NOT EXISTS (SELECT 1 FROM agent_time b WHERE b.run = a.run AND b.agent = a.agent
                          AND (b.until > a.until OR b.until = a.until AND b.seq > a.seq))"""


def up(migrator: SchemaMigrator, db: Database) -> None:
    clustered = isinstance(db, SqliteDatabase)  # rows of an hour lie together, and there is one B-tree instead of two

    class Table(Model):
        class Meta:
            database = db

    class Hold(Table):
        run = TextField()
        seq = IntegerField()
        contact = TextField()
        call = TextField()
        queue = TextField()
        agent = TextField()
        started_at = BigIntegerField()
        ended_at = BigIntegerField()

        class Meta:
            table_name = "hold"
            primary_key = CompositeKey("run", "seq")
            without_rowid = clustered
            indexes = ((("ended_at",), False), (("call",), False))

    class LastState(Table):
        run = TextField()
        agent = TextField()
        seq = IntegerField()
        until = BigIntegerField()
        followed_by = TextField()
        because = TextField()

        class Meta:
            table_name = "last_state"
            primary_key = CompositeKey("run", "agent")
            without_rowid = clustered

    class JournalSeal(Table):
        number = IntegerField(primary_key=True)
        day = TextField(unique=True)
        since = BigIntegerField()
        until = BigIntegerField()
        events = IntegerField()
        hours = TextField()
        previous = TextField()
        digest = TextField()
        sealed_at = BigIntegerField()
        removed_at = BigIntegerField(null=True)

        class Meta:
            table_name = "journal_seal"

    class LegalHold(Table):
        id = AutoField()
        placed_at = BigIntegerField()
        placed_by = TextField()
        why = TextField()
        call = TextField()
        number = TextField()
        since = BigIntegerField(null=True)
        until = BigIntegerField(null=True)
        lifted_at = BigIntegerField(null=True)
        lifted_by = TextField()

        class Meta:
            table_name = "legal_hold"

    db.create_tables([Hold, LastState, JournalSeal, LegalHold])
    for name, source, keys, in_total, sums, most in FILLS:
        db.create_tables([_table(db, name, keys, (*sums, *most), clustered)])
        if source is not None:
            fill(db, name, source, keys, in_total, sums, most)
    _execute(db, _LAST_STATES)
    migrator.migrate(migrator.add_column("cdr", "source", TextField(default="")))


def _table(db: Database, name: str, keys: Any, amounts: Any, clustered: bool) -> type[Model]:
    names = list(keys)
    meta: dict[str, Any] = {"database": db, "table_name": name, "without_rowid": clustered}
    meta["primary_key"] = CompositeKey("span", "since", *names)
    fields: dict[str, Any] = {"span": TextField(), "since": BigIntegerField()}
    fields |= {each: TextField() for each in names}
    fields |= {each: BigIntegerField() for each in amounts}
    made: type[Model] = type(name, (Model,), {**fields, "Meta": type("Meta", (), meta)})
    return made


def fill(db: Any, name: str, source: Any, keys: Any, in_total: Any, sums: Any, most: Any) -> None:
    """Hours off the records; days and totals off the hours."""
    table, at = source
    columns = ", ".join(f'"{each}"' for each in ("span", "since", *keys, *sums, *most))
    groups = ", ".join([str(place) for place in range(2, 3 + len(keys))])
    into = f'INSERT INTO "{name}" ({columns})'
    values = ", ".join(["'hour'", f"{at} - {at} %% {HOUR}", *keys.values(), *sums.values(), *most.values()])
    pieces = _PIECES if table == "piece" else ""
    _execute(db, f"{into} {pieces}SELECT {values} FROM {table} GROUP BY {groups}")  # noqa: S608 -- written above
    added = [*(f'SUM("{each}")' for each in sums), *(f'MAX("{each}")' for each in most)]
    for span, length in (("day", DAY), ("total", HOUR)):
        kept = [f'"{each}"' if span == "day" or each in in_total else "''" for each in keys]
        values = ", ".join([f"'{span}'", f"since - since %% {length}", *kept, *added])
        _execute(db, f"{into} SELECT {values} FROM \"{name}\" WHERE span = 'hour' GROUP BY {groups}")  # noqa: S608 -- written above


def _execute(db: Any, sql: str) -> None:
    db.execute_sql(sql if db.param == "%s" else sql.replace("%%", "%"), ())


def down(migrator: SchemaMigrator, _db: Database) -> None:
    tables = [*(fill[0] for fill in FILLS), "legal_hold", "journal_seal", "last_state", "hold"]
    migrator.migrate(*(migrator.drop_table(table) for table in tables), migrator.drop_column("cdr", "source"))
