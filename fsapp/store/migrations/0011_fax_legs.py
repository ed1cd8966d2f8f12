"""The channel of a fax that is being sent: by it an engine finds what another one began."""

from peewee import Database, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(migrator.add_column("fax_job", "leg", TextField(default="")))


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(migrator.drop_column("fax_job", "leg"))
