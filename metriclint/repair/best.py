"""The best proven option for the findings that a report leads with, in a few words."""

from collections.abc import Sequence
from pathlib import Path

from metriclint.model.project import Project
from metriclint.repair.job import Job
from metriclint.repair.search import Option

_MOST = ((300, 12), (3_000, 3))
"""Findings for which options are searched in one report, by the number of metrics: each is a search of its own."""
_NEEDS = 2


def best_options(
    projects: Sequence[Project], today: str, reported: Sequence[set[str] | None] = (), here: Path = Path()
) -> dict[tuple[str, str], str]:
    """Words for the best proven option by project and fingerprint: for the worst finding of each metric.

    A few findings are searched, the most severe first, and fewer in a large project. One without an entry was not
    searched, or no option is proven for it. Raises ProblemError where a pack or the configuration is wrong.
    """
    metrics = sum(len(project.metrics) for project in projects)
    most = next((number for limit, number in _MOST if metrics <= limit), 0)
    if not most:
        return {}
    job = Job(projects, today, reported, here)
    items = sorted(job.worst(), key=lambda i: (i.candidate.severity != "error", -i.candidate.leads))[:most]
    found: dict[tuple[str, str], str] = {}
    for item in items:
        repairs, project = job.repair(item)
        if repairs.options:
            found[project.name, repairs.fingerprint] = _words(repairs.options[0])
    return found


def _words(option: Option) -> str:
    """What to do, what it takes, what else it clears and what it would bring."""
    parts = [" ".join(" ".join(lever.text.split()) for lever in option.levers)]
    if needs := option.obligations[:_NEEDS]:
        parts.append(f"Only honest if: {' '.join(needs)}")
    if option.clears:
        others = len(option.clears)
        parts.append(f"It also clears {others} other {'finding' if others == 1 else 'findings'}.")
    if option.brings:
        parts.append(f"It would bring {', '.join(dict.fromkeys(code for _, code in option.brings))}.")
    return " ".join(parts)
