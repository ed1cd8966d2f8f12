"""The flow language: loader, model, templates, runner, checker."""
