"""The tables of documents and faxes as peewee sees them; what models.py says of rows holds here too."""

from peewee import BigIntegerField, BooleanField, IntegerField, Model, TextField


class DocumentRow(Model):
    """A document. As domain.fax.Document."""

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


class FaxJobRow(Model):
    """A fax to be sent. As domain.fax.FaxJob."""

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
    leg = TextField()

    class Meta:
        table_name = "fax_job"
