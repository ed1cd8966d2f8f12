"""fsapp: a contact-centre engine for FreeSWITCH, driven by YAML flows."""

__version__ = "0.1.0"
