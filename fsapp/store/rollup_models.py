"""The tables of sums as peewee sees them: made of what domain.rollups says of each family."""

from collections.abc import Mapping

from peewee import BigIntegerField, CompositeKey, IntegerField, Model, TextField

from fsapp.domain.rollups import FAMILIES, Family


def _model(family: Family) -> type[Model]:
    key = ("span", "since", *family.keys)
    fields = {
        "span": TextField(),
        "since": BigIntegerField(),
        **{name: TextField() for name in family.keys},
        **{name: BigIntegerField() for name in family.amounts},
    }
    meta = type("Meta", (), {"table_name": family.table, "primary_key": CompositeKey(*key)})
    made: type[Model] = type(f"{family.table.title().replace('_', '')}Row", (Model,), {**fields, "Meta": meta})
    return made


ROLLUPS: Mapping[Family, type[Model]] = {family: _model(family) for family in FAMILIES}


class LastStateRow(Model):
    """Of each agent in each run the latest end of a state, and what followed: it has no end yet, or the run died in it.

    `seq` and `until` are those of the AgentTime; `until` is UTC milliseconds.
    """

    run = TextField()
    agent = TextField()
    seq = IntegerField()
    until = BigIntegerField()
    followed_by = TextField()
    because = TextField()

    class Meta:
        table_name = "last_state"
        primary_key = CompositeKey("run", "agent")
