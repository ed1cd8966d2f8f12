"""The channel variables of a SIP leg, stage by stage: templates kept in sip_variables.ini."""

from configparser import ConfigParser
from functools import cache
from importlib.resources import files


@cache
def _templates() -> ConfigParser:
    parser = ConfigParser(delimiters=("=",), comment_prefixes=(";",), interpolation=None, strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # names keep their case
    parser.read_string(files("fsapp.switchboard").joinpath("sip_variables.ini").read_text("utf-8"))
    return parser


@cache
def _stage(name: str) -> tuple[tuple[str, str], ...]:
    return tuple((key, value.replace("|", "\r\n")) for key, value in _templates().items(name))


def stage(section: str, /, **values: str) -> dict[str, str]:
    """The variables that a leg gains at a stage (a section of the file), in order, with `values` filled in."""
    return {key: value.format_map(values) if "{" in value else value for key, value in _stage(section)}
