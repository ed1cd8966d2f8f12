"""Customers and what they are found by; tickets; what became of both; and who is to be told of tickets."""

from peewee import AutoField, BigIntegerField, BooleanField, CompositeKey, Database, IntegerField, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(_migrator: object, db: Database) -> None:
    class Table(Model):
        class Meta:
            database = db

    class Customer(Table):
        id = AutoField()
        name = TextField()
        level = TextField()
        groups = TextField()
        channel = TextField()
        language = TextField()
        address = TextField()
        email = TextField()
        note = TextField()
        merged_into = IntegerField(null=True)

        class Meta:
            table_name = "customer"
            indexes = ((("name",), False), (("merged_into",), False))

    class CustomerKey(Table):
        kind = TextField()
        value = TextField()
        customer = IntegerField()
        place = IntegerField()

        class Meta:
            table_name = "customer_key"
            primary_key = CompositeKey("kind", "value")
            indexes = ((("value",), False), (("customer",), False))

    class CustomerEvent(Table):
        customer = IntegerField()
        seq = IntegerField()
        at = BigIntegerField()
        who = TextField()
        what = TextField()
        fields = TextField()

        class Meta:
            table_name = "customer_event"
            primary_key = CompositeKey("customer", "seq")

    class Ticket(Table):
        number = TextField(primary_key=True)
        kind = TextField()
        level = TextField()
        state = TextField()
        is_open = BooleanField()
        owner = TextField()
        worker = TextField()
        came_from = TextField()
        opened_at = BigIntegerField()
        opened_by = TextField()
        channel = TextField()
        ani = TextField()
        caller_name = TextField()
        call = TextField()
        customer = IntegerField(null=True)
        text = TextField()
        fields = TextField()
        attachments = TextField()
        origin = TextField(null=True, unique=True)
        accept_by = BigIntegerField(null=True)
        reply_by = BigIntegerField(null=True)
        close_by = BigIntegerField(null=True)
        follow_at = BigIntegerField(null=True)
        due_at = BigIntegerField()
        tell_at = BigIntegerField(null=True)
        told = IntegerField()
        accepted_at = BigIntegerField(null=True)
        replied_at = BigIntegerField(null=True)
        closed_at = BigIntegerField(null=True)
        reply = TextField()
        result = TextField()
        revisit = TextField()
        revisited_at = BigIntegerField(null=True)
        urged = IntegerField()
        reopened = IntegerField()
        version = IntegerField()
        changed_at = BigIntegerField()

        class Meta:
            table_name = "ticket"
            indexes = (
                (("is_open", "due_at", "number"), False),
                (("is_open", "owner", "due_at", "number"), False),
                (("is_open", "kind", "due_at", "number"), False),
                (("is_open", "state", "due_at", "number"), False),
                (("is_open", "level", "due_at", "number"), False),
                (("opened_at", "number"), False),
                (("tell_at",), False),
                (("ani", "opened_at"), False),
                (("customer", "opened_at"), False),
                (("call",), False),
            )

    class TicketEvent(Table):
        ticket = TextField()
        seq = IntegerField()
        at = BigIntegerField()
        who = TextField()
        action = TextField()
        text = TextField()
        fields = TextField()

        class Meta:
            table_name = "ticket_event"
            primary_key = CompositeKey("ticket", "seq")
            indexes = ((("at",), False),)

    class TicketDay(Table):
        day = TextField(primary_key=True)
        last = IntegerField()

        class Meta:
            table_name = "ticket_day"

    class TicketNotice(Table):
        ticket = TextField()
        seq = IntegerField()
        recipient = TextField()
        way = TextField()
        at = BigIntegerField()
        address = TextField()
        subject = TextField()
        body = TextField()
        tries = IntegerField()
        next_at = BigIntegerField(null=True)
        sent_at = BigIntegerField(null=True)
        error = TextField()

        class Meta:
            table_name = "ticket_notice"
            primary_key = CompositeKey("ticket", "seq", "recipient", "way")
            indexes = ((("next_at",), False),)

    class TicketWish(Table):
        call = TextField()
        seq = IntegerField()
        at = BigIntegerField()
        kind = TextField()
        request = TextField()
        done = BooleanField()

        class Meta:
            table_name = "ticket_wish"
            primary_key = CompositeKey("call", "seq")
            indexes = ((("done",), False),)

    db.create_tables([Customer, CustomerKey, CustomerEvent, Ticket, TicketEvent, TicketDay, TicketNotice, TicketWish])


def down(migrator: SchemaMigrator, _db: Database) -> None:
    tables = (
        "ticket_wish",
        "ticket_notice",
        "ticket_day",
        "ticket_event",
        "ticket",
        "customer_event",
        "customer_key",
        "customer",
    )
    migrator.migrate(*(migrator.drop_table(table) for table in tables))
