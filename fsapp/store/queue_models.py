"""The tables of queues and agents as peewee sees them; what models.py says of rows holds here too."""

from collections.abc import Mapping

from peewee import BigIntegerField, BooleanField, CompositeKey, IntegerField, Model, TextField

from fsapp.domain.queue_records import (
    AgentTime,
    ContactRecord,
    HoldRecord,
    OfferRecord,
    PromiseRecord,
    QueueRecord,
    TalkRecord,
)


class LogRow(Model):
    """The queue log: where each event of queues and agents lies in the journal. As domain.queue_records.LogLine."""

    run = TextField()
    seq = IntegerField()
    at = BigIntegerField()
    kind = TextField()
    queue = TextField()
    contact = TextField()
    call = TextField()
    agent = TextField()

    class Meta:
        table_name = "queue_log"
        primary_key = CompositeKey("run", "seq")
        indexes = ((("at",), False), (("call",), False), (("agent", "at"), False))


class ContactRow(Model):
    """A contact that left the queues. As domain.queue_records.ContactRecord."""

    run = TextField()
    seq = IntegerField()
    contact = TextField()
    call = TextField()
    queue = TextField()
    queued_at = BigIntegerField()
    ended_at = BigIntegerField()
    end = TextField()
    waited_ms = BigIntegerField()
    within = BooleanField()
    agent = TextField()

    class Meta:
        table_name = "contact"
        primary_key = CompositeKey("run", "seq")
        indexes = ((("ended_at",), False), (("call",), False))


class OfferRow(Model):
    """An offer that ended. As domain.queue_records.OfferRecord."""

    run = TextField()
    seq = IntegerField()
    id = TextField()
    contact = TextField()
    call = TextField()
    agent = TextField()
    queue = TextField()
    made_at = BigIntegerField()
    ended_at = BigIntegerField()
    end = TextField()
    cause = TextField()

    class Meta:
        table_name = "offer"
        primary_key = CompositeKey("run", "seq")
        indexes = ((("ended_at",), False), (("call",), False))


class TalkRow(Model):
    """One agent's part of a talk. As domain.queue_records.TalkRecord."""

    run = TextField()
    seq = IntegerField()
    contact = TextField()
    call = TextField()
    queue = TextField()
    agent = TextField()
    started_at = BigIntegerField()
    ended_at = BigIntegerField()

    class Meta:
        table_name = "talk"
        primary_key = CompositeKey("run", "seq")
        indexes = ((("ended_at",), False), (("call",), False))


class HoldRow(Model):
    """A caller on hold. As domain.queue_records.HoldRecord."""

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
        indexes = ((("ended_at",), False), (("call",), False))


class AgentTimeRow(Model):
    """An agent's time in one state. As domain.queue_records.AgentTime."""

    run = TextField()
    seq = IntegerField()
    agent = TextField()
    state = TextField()
    reason = TextField()
    since = BigIntegerField()
    until = BigIntegerField()
    followed_by = TextField()
    because = TextField()

    class Meta:
        table_name = "agent_time"
        primary_key = CompositeKey("run", "seq")
        indexes = ((("agent", "until"), False),)


class PromiseRow(Model):
    """An estimate of a wait. As domain.queue_records.PromiseRecord."""

    run = TextField()
    seq = IntegerField()
    at = BigIntegerField()
    contact = TextField()
    call = TextField()
    queue = TextField()
    expected_ms = BigIntegerField()
    low_ms = BigIntegerField()
    high_ms = BigIntegerField()
    spoken = BooleanField()
    held = BooleanField(null=True)
    actual_ms = BigIntegerField(null=True)
    mean_wait_ms = BigIntegerField(null=True)
    smoothed_wait_ms = BigIntegerField(null=True)

    class Meta:
        table_name = "promise"
        primary_key = CompositeKey("run", "seq")
        indexes = ((("queue", "at"), False),)


TABLES: Mapping[type[QueueRecord], type[Model]] = {
    ContactRecord: ContactRow,
    OfferRecord: OfferRow,
    TalkRecord: TalkRow,
    HoldRecord: HoldRow,
    AgentTime: AgentTimeRow,
    PromiseRecord: PromiseRow,
}
