"""Look-ups: HTTP and SQL sources, their time limits and cache."""
