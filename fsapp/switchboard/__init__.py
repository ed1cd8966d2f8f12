"""A stand-in for FreeSWITCH, and the callers that drive it."""
