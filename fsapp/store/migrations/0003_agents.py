"""Agents, and the log of what administrators and supervisors did."""

from peewee import AutoField, BigIntegerField, BooleanField, Database, DoubleField, IntegerField, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(_migrator: object, db: Database) -> None:
    class Table(Model):
        class Meta:
            database = db

    class Agent(Table):
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

    class AdminLog(Table):
        id = AutoField()
        at = BigIntegerField()
        who = TextField()
        what = TextField()
        fields = TextField()

        class Meta:
            table_name = "admin_log"
            indexes = ((("at",), False),)

    db.create_tables([Agent, AdminLog])


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(*(migrator.drop_table(table) for table in ("admin_log", "agent")))
