"""Finds the verbs: every module of a package that defines `STEP`. A new step is a new file, and no edit anywhere."""

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from fsapp.flow.model import StepKind


def discover(package: str) -> Mapping[str, StepKind]:
    """The kinds of step that the modules of `package` define, by name."""
    root = import_module(package)
    names = sorted(module.name for module in pkgutil.iter_modules(root.__path__))
    kinds = (getattr(import_module(f"{package}.{name}"), "STEP", None) for name in names)
    return MappingProxyType({kind.name: kind for kind in kinds if isinstance(kind, StepKind)})
