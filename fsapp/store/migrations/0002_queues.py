"""The queue log, and the records of contacts, offers, talks, agents' times and promised waits."""

from peewee import BigIntegerField, BooleanField, CompositeKey, Database, IntegerField, Model, SqliteDatabase, TextField
from playhouse.migrate import SchemaMigrator


def up(_migrator: object, db: Database) -> None:
    clustered = isinstance(db, SqliteDatabase)  # rows of a run lie together, and there is one B-tree instead of two

    class Table(Model):
        class Meta:
            database = db

    class Log(Table):
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
            without_rowid = clustered
            indexes = ((("at",), False), (("call",), False), (("agent", "at"), False))

    class Contact(Table):
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
            without_rowid = clustered
            indexes = ((("ended_at",), False), (("call",), False))

    class Offer(Table):
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
            without_rowid = clustered
            indexes = ((("ended_at",), False), (("call",), False))

    class Talk(Table):
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
            without_rowid = clustered
            indexes = ((("ended_at",), False), (("call",), False))

    class AgentTime(Table):
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
            without_rowid = clustered
            indexes = ((("agent", "until"), False),)

    class Promise(Table):
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
            without_rowid = clustered
            indexes = ((("queue", "at"), False),)

    db.create_tables([Log, Contact, Offer, Talk, AgentTime, Promise])


def down(migrator: SchemaMigrator, _db: Database) -> None:
    tables = ("promise", "agent_time", "talk", "offer", "contact", "queue_log")
    migrator.migrate(*(migrator.drop_table(table) for table in tables))
