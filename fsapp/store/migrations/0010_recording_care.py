"""What became of recordings that were compressed; and which rule of recording each queue had, from when on."""

from peewee import BigIntegerField, CompositeKey, Database, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class RecordRule(Model):
        queue = TextField()
        since = BigIntegerField()
        rule = TextField()

        class Meta:
            database = db
            table_name = "record_rule"
            primary_key = CompositeKey("queue", "since")

    db.create_tables([RecordRule])
    migrator.migrate(
        migrator.add_column("recording", "packed_path", TextField(default="")),
        migrator.add_column("recording", "packed_size", BigIntegerField(default=0)),
        migrator.add_column("recording", "packed_sha256", TextField(default="")),
    )


def down(migrator: SchemaMigrator, _db: Database) -> None:
    columns = (migrator.drop_column("recording", f"packed_{name}") for name in ("path", "size", "sha256"))
    migrator.migrate(migrator.drop_table("record_rule"), *columns)
