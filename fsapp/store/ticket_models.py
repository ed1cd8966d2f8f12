"""The tables of tickets as peewee sees them; what models.py says of rows holds here too."""

from peewee import BigIntegerField, BooleanField, CompositeKey, IntegerField, Model, TextField


class TicketRow(Model):
    """A ticket as its events left it. As domain.ticket.Ticket; came_from, fields and attachments are JSON.

    `due_at` is NEVER where nothing is due.
    """

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


class TicketEventRow(Model):
    """One action. As domain.ticket.TicketEvent; `fields` is the JSON of what it changed."""

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


class TicketDayRow(Model):
    """How many tickets a local day has (20261124)."""

    day = TextField(primary_key=True)
    last = IntegerField()

    class Meta:
        table_name = "ticket_day"


class TicketNoticeRow(Model):
    """What one recipient is to be told of an event, one way. `next_at` is None once it is sent or given up."""

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


class TicketWishRow(Model):
    """A ticket that a call wanted and could not be given. As domain.caller_records.TicketWish; `request` is JSON."""

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
