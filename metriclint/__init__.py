"""metriclint: a linter for the incentives that metrics create.

>>> import metriclint
>>> report = metriclint.check(["metrics/"])          # doctest: +SKIP
>>> [f.message for f in report.findings]             # doctest: +SKIP
"""

from metriclint.version import VERSION

TYPE_CHECKING = False  # typing itself is not worth its import here
if TYPE_CHECKING:
    from typing import Any

    from metriclint.api import check
    from metriclint.files.problem import Problem, ProblemError
    from metriclint.findings.finding import Finding, Report
    from metriclint.model.config import Config

__version__ = VERSION
__all__ = ["Config", "Finding", "Problem", "ProblemError", "Report", "__version__", "check"]

_HOMES = {
    "check": "metriclint.api",
    "Problem": "metriclint.files.problem",
    "ProblemError": "metriclint.files.problem",
    "Finding": "metriclint.findings.finding",
    "Report": "metriclint.findings.finding",
    "Config": "metriclint.model.config",
}


def __getattr__(name: str) -> "Any":
    """Load the public names when they are asked for, so that starting the command line stays cheap."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'metriclint' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(home), name)
