"""The schema's history: numbered files, applied in order by playhouse.migrations. What was released never changes."""
