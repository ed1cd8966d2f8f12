"""Messages left in mailboxes."""

from peewee import BigIntegerField, BooleanField, CompositeKey, Database, IntegerField, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(_migrator: object, db: Database) -> None:
    class Voicemail(Model):
        call = TextField()
        seq = IntegerField()
        mailbox = TextField()
        caller = TextField()
        path = TextField()
        ms = BigIntegerField()
        urgent = BooleanField()
        left_at = BigIntegerField()
        state = TextField()
        changed_at = BigIntegerField(null=True)
        changed_by = TextField()
        mailed_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "voicemail"
            primary_key = CompositeKey("call", "seq")
            indexes = ((("mailbox", "state", "left_at"), False), (("mailed_at", "left_at"), False))

    db.create_tables([Voicemail])


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(migrator.drop_table("voicemail"))
