"""The formats of reports. A format is one module of this package with a ``render`` function; nothing registers it."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from metriclint.findings.finding import Report


class Style(NamedTuple):
    """What a renderer may ask about besides the report."""

    color: bool = False
    verbose: bool = False
    proven: Mapping[tuple[str, str], str] = MappingProxyType({})
    """Words for a proven option by project and fingerprint, where options were searched."""
    hint: str = "`metriclint fix METRIC` shows changes that are proven to help, `metriclint why METRIC` the paths"
    """What can be asked next."""


Render = Callable[[Report, Style], str]
_NO_FORMATS = ("formats", "story", "terminal", "wording")


def names() -> list[str]:
    """Names of all formats, as ``--format`` takes them."""
    package = importlib.import_module("metriclint.reports")
    found = (m.name for m in pkgutil.iter_modules(package.__path__))
    return sorted(n for n in found if n not in _NO_FORMATS)


def renderer(name: str) -> Render:
    """The renderer of a format; only its own module is imported. Raises KeyError for an unknown name."""
    if name not in names():
        raise KeyError(name)
    render: Render = importlib.import_module(f"metriclint.reports.{name}").render
    return render
