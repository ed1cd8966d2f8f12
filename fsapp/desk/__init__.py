"""The phone is the desk: what agents and supervisors dial, and what they key in a talk."""
