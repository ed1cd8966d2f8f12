"""Values and pure rules: no I/O, no gevent, no database, no clock."""
