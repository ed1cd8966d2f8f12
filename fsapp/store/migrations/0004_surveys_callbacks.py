"""What callers answered and asked for: surveys, callbacks, and which option of a menu goes first for them."""

from peewee import BigIntegerField, CompositeKey, Database, IntegerField, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(_migrator: object, db: Database) -> None:
    class Table(Model):
        class Meta:
            database = db

    class Survey(Table):
        call = TextField()
        seq = IntegerField()
        at = BigIntegerField()
        queue = TextField()
        agent = TextField()
        question = TextField()
        answer = IntegerField(null=True)

        class Meta:
            table_name = "survey"
            primary_key = CompositeKey("call", "seq")
            indexes = ((("at",), False), (("agent", "at"), False))

    class Callback(Table):
        call = TextField()
        seq = IntegerField()
        requested_at = BigIntegerField()
        number = TextField()
        time_window = TextField()
        queue = TextField()
        skills = TextField()
        priority = IntegerField()
        customer_level = TextField()
        sticky_agent = TextField()
        language = TextField()
        data = TextField()
        queued_at = BigIntegerField()

        class Meta:
            table_name = "callback"
            primary_key = CompositeKey("call", "seq")
            indexes = ((("queue", "queued_at"), False),)

    class CallerMenu(Table):
        ani = TextField()
        flow = TextField()
        label = TextField()
        key = TextField()
        set_by = TextField()
        at = BigIntegerField()

        class Meta:
            table_name = "caller_menu"
            primary_key = CompositeKey("ani", "flow", "label")

    db.create_tables([Survey, Callback, CallerMenu])


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(*(migrator.drop_table(table) for table in ("caller_menu", "callback", "survey")))
