"""Recordings of talks."""

from peewee import BigIntegerField, Database, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(_migrator: object, db: Database) -> None:
    class Recording(Model):
        id = TextField(primary_key=True)
        call = TextField()
        contact = TextField()
        queue = TextField()
        caller = TextField()
        called = TextField()
        path = TextField()
        by = TextField()
        state = TextField()
        started_at = BigIntegerField()
        ended_at = BigIntegerField(null=True)
        ms = BigIntegerField()
        size = BigIntegerField()
        sha256 = TextField()
        legs = TextField()
        agents = TextField()
        masked = TextField()
        why = TextField()
        ticket = TextField()
        hold = TextField()
        deleted_at = BigIntegerField(null=True)
        deleted_why = TextField()

        class Meta:
            database = db
            table_name = "recording"
            indexes = (
                (("started_at", "id"), False),
                (("call",), False),
                (("caller", "started_at"), False),
                (("state", "started_at"), False),
            )

    db.create_tables([Recording])


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(migrator.drop_table("recording"))
