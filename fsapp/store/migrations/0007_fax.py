"""Documents that can be sent by fax or came as one, and faxes that wait to be sent."""

from peewee import BigIntegerField, BooleanField, Database, IntegerField, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(_migrator: object, db: Database) -> None:
    class Table(Model):
        class Meta:
            database = db

    class Document(Table):
        id = TextField(primary_key=True)
        sha256 = TextField()
        kind = TextField()
        category = TextField()
        title = TextField()
        suffix = TextField()
        pages = IntegerField()
        resolution = TextField()
        size = BigIntegerField()
        added_at = BigIntegerField()
        call = TextField()
        caller = TextField()
        called = TextField()
        station_id = TextField()
        partial = BooleanField()
        rate = IntegerField()
        ecm = BooleanField()
        t38 = BooleanField()
        result = TextField()
        delivered_at = BigIntegerField(null=True)

        class Meta:
            table_name = "document"
            indexes = ((("added_at", "id"), False), (("call",), False), (("caller", "added_at"), False))

    class FaxJob(Table):
        id = TextField(primary_key=True)
        number = TextField()
        document = TextField()
        pages = IntegerField()
        queued_at = BigIntegerField()
        not_before = BigIntegerField()
        expires_at = BigIntegerField()
        window = TextField()
        state = TextField()
        attempts = IntegerField()
        rung = IntegerField()
        next_page = IntegerField()
        result = TextField()
        ended_at = BigIntegerField(null=True)
        by = TextField()

        class Meta:
            table_name = "fax_job"
            indexes = ((("state", "not_before"), False), (("queued_at",), False))

    db.create_tables([Document, FaxJob])


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(*(migrator.drop_table(table) for table in ("fax_job", "document")))
