"""Queues and agents (排队与座席): a pure core that decides who talks to whom, and what it is told and tells."""
