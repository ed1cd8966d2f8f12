"""The journal of events, the calls whose end is not known yet, and the records folded from them."""

from peewee import BigIntegerField, BooleanField, CompositeKey, Database, IntegerField, Model, SqliteDatabase, TextField
from playhouse.migrate import SchemaMigrator


def up(_migrator: object, db: Database) -> None:
    clustered = isinstance(db, SqliteDatabase)  # rows of a call lie together, and there is one B-tree instead of two

    class Table(Model):
        class Meta:
            database = db

    class Event(Table):
        call = TextField()
        seq = IntegerField()
        at = BigIntegerField()
        kind = TextField()
        fields = TextField()

        class Meta:
            table_name = "event"
            primary_key = CompositeKey("call", "seq")
            without_rowid = clustered

    class OpenCall(Table):
        call = TextField(primary_key=True)

        class Meta:
            table_name = "open_call"
            without_rowid = clustered

    class Cdr(Table):
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

        class Meta:
            table_name = "cdr"
            indexes = ((("arrived_at", "uuid"), False), (("ani", "arrived_at"), False), (("dnis", "arrived_at"), False))

    class Leg(Table):
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

    db.create_tables([Event, OpenCall, Cdr, Leg])


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(*(migrator.drop_table(table) for table in ("leg", "cdr", "open_call", "event")))
