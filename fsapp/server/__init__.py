"""Listener, call handler, dialplan rules, reload, metrics."""
