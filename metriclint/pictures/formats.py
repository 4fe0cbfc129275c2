"""The formats of pictures: each is the module of its name, with ``render(picture) -> str``."""

import importlib
from collections.abc import Callable, Sequence

from metriclint.findings.finding import Step, path_words
from metriclint.pictures.picture import Picture

FORMATS = ("text", "mermaid", "dot", "graphml", "json", "svg")
"""Names as ``--format`` takes them."""


def renderer(name: str) -> Callable[[Picture], str]:
    """The renderer of a format; only its own module is imported. Raises KeyError for an unknown name."""
    if name not in FORMATS:
        raise KeyError(name)
    render: Callable[[Picture], str] = importlib.import_module(f"metriclint.pictures.{name}").render
    return render


def strip_renderer(name: str) -> Callable[[Picture], str]:
    """The renderer of the path strip in a format, for a picture with a path. Raises KeyError for an unknown name.

    Formats for programs hold the nodes and links of the path as in the whole picture; the others are drawings.
    """
    from metriclint.pictures.strip import path_only, strip_dot, strip_mermaid, strip_svg
    from metriclint.reports.terminal import no_commands

    drawings: dict[str, Callable[[Sequence[Step]], str]] = {
        "text": lambda steps: no_commands(path_words(steps) + "\n"),
        "mermaid": strip_mermaid,
        "dot": strip_dot,
        "svg": strip_svg,
    }
    if name in drawings:
        return lambda picture: drawings[name](picture.path)
    render = renderer(name)
    return lambda picture: render(path_only(picture))
