"""Tickets as values and rules: kinds, forms, the state machine, clocks, who is told. No I/O; no clock is read."""
