"""The verbs of the flow language, one file each, named after the step."""
