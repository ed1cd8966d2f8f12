"""The tables as peewee sees them. Rows stay in this package: what leaves it are the values of the domain.

Models are bound to no database: each query names the one that it runs on.
"""

from peewee import (
    AutoField,
    BigIntegerField,
    BooleanField,
    CompositeKey,
    DoubleField,
    IntegerField,
    Model,
    TextField,
)


class EventRow(Model):
    """The journal: one event of a call. `fields` is JSON."""

    call = TextField()
    seq = IntegerField()
    at = BigIntegerField()
    kind = TextField()
    fields = TextField()

    class Meta:
        table_name = "event"
        primary_key = CompositeKey("call", "seq")


class OpenCallRow(Model):
    """A call whose end is not in the journal yet."""

    call = TextField(primary_key=True)

    class Meta:
        table_name = "open_call"


class CdrRow(Model):
    """One record per call. The columns are the fields of domain.records.Cdr; notes, tags and messages are JSON."""

    uuid = TextField(primary_key=True)
    arrived_at = BigIntegerField()
    ended_at = BigIntegerField()
    answered_at = BigIntegerField(null=True)
    ani = TextField()
    dnis = TextField()
    caller_name = TextField()
    trunk = TextField()
    duration_ms = BigIntegerField()
    billable_ms = BigIntegerField()
    hangup_cause = TextField()
    hangup_party = TextField()
    flow = TextField()
    flow_hash = TextField()
    rule = TextField()
    language = TextField()
    disposition = TextField()
    refused_reason = TextField()
    transferred_to = TextField()
    path = TextField()
    steps = IntegerField()
    failures = IntegerField()
    last_failure = TextField()
    notes = TextField()
    tags = TextField()
    messages = TextField()
    sip_call_id = TextField()
    codec = TextField()
    complete = BooleanField()
    source = TextField(default="")

    class Meta:
        table_name = "cdr"
        indexes = ((("arrived_at", "uuid"), False), (("ani", "arrived_at"), False), (("dnis", "arrived_at"), False))


class LegRow(Model):
    """One B-leg of a call. The columns are the fields of domain.records.LegRecord."""

    call = TextField()
    seq = IntegerField()
    leg = TextField()
    number = TextField()
    started_at = BigIntegerField()
    answered_at = BigIntegerField(null=True)
    ended_at = BigIntegerField()
    end = TextField()
    cause = TextField()

    class Meta:
        table_name = "leg"
        primary_key = CompositeKey("call", "seq")


class AgentRow(Model):
    """One agent. The columns are the fields of domain.agent.AgentRecord; queues, skills, shifts and screen are JSON."""

    id = TextField(primary_key=True)
    name = TextField()
    extension = TextField(null=True, unique=True)
    language = TextField()
    role = TextField()
    queues = TextField()
    skills = TextField()
    wrap_up_time = DoubleField(null=True)
    manual_ready = BooleanField()
    auto_answer = BooleanField()
    max_no_answer = IntegerField()
    reject_delay_time = DoubleField()
    busy_delay_time = DoubleField()
    no_answer_delay_time = DoubleField()
    shifts = TextField()
    screen = TextField()
    pin_hash = TextField()

    class Meta:
        table_name = "agent"


class AdminLogRow(Model):
    """One act of an administrator or a supervisor. `fields` is JSON."""

    id = AutoField()
    at = BigIntegerField()
    who = TextField()
    what = TextField()
    fields = TextField()

    class Meta:
        table_name = "admin_log"
        indexes = ((("at",), False),)
