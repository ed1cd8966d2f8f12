"""Prompts and speech."""
