"""What a call that comes in is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class CallParameters:
    """A call that comes in. Bytes outside UTF-8 are surrogates; `variables` are further channel variables."""

    ani: str
    dnis: str
    name: str = ""
    gateway: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    uuid: str = ""
