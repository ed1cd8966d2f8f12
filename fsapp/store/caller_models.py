"""The tables of callers' answers and wishes as peewee sees them; what models.py says of rows holds here too."""

from collections.abc import Mapping

from peewee import BigIntegerField, CompositeKey, IntegerField, Model, TextField

from fsapp.domain.caller_records import CallbackRequest, CallerRecord, MenuSetting, SurveyAnswer, TicketWish
from fsapp.store.ticket_models import TicketWishRow


class SurveyRow(Model):
    """An answer, or that there was none. As domain.caller_records.SurveyAnswer."""

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


class CallbackRow(Model):
    """A request to be called back. As domain.caller_records.CallbackRequest; skills and data are JSON."""

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


class CallerMenuRow(Model):
    """Which option of a menu goes first for a caller. As domain.caller_records.MenuSetting."""

    ani = TextField()
    flow = TextField()
    label = TextField()
    key = TextField()
    set_by = TextField()
    at = BigIntegerField()

    class Meta:
        table_name = "caller_menu"
        primary_key = CompositeKey("ani", "flow", "label")


TABLES: Mapping[type[CallerRecord], type[Model]] = {
    SurveyAnswer: SurveyRow,
    CallbackRequest: CallbackRow,
    MenuSetting: CallerMenuRow,
    TicketWish: TicketWishRow,
}
