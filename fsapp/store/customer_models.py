"""The tables of customers as peewee sees them; what models.py says of rows holds here too."""

from peewee import AutoField, BigIntegerField, CompositeKey, IntegerField, Model, TextField


class CustomerRow(Model):
    """A customer, without what it is found by. As domain.customer.Customer; groups are JSON."""

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


class CustomerKeyRow(Model):
    """What a customer is found by; `place` orders what one has of a kind."""

    kind = TextField()
    value = TextField()
    customer = IntegerField()
    place = IntegerField()

    class Meta:
        table_name = "customer_key"
        primary_key = CompositeKey("kind", "value")
        indexes = ((("value",), False), (("customer",), False))


class CustomerEventRow(Model):
    """What became of a customer's data, and by whom. `fields` is JSON."""

    customer = IntegerField()
    seq = IntegerField()
    at = BigIntegerField()
    who = TextField()
    what = TextField()
    fields = TextField()

    class Meta:
        table_name = "customer_event"
        primary_key = CompositeKey("customer", "seq")
