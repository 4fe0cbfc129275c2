"""Getting the rules ready while a large file is parsed."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from metriclint.findings.report import Memory


def rules_ahead() -> "Callable[[], Memory | None]":
    """Read the rules, and the code that asks them, in a thread of its own; the result waits for them.

    The parser of YAML works without the lock of the interpreter, so the two go on side by side. What is wrong with the
    rules is told by whoever asks for them next.
    """
    made: list[Memory] = []
    thread = threading.Thread(target=_read, args=(made,), daemon=True)
    thread.start()

    def wait() -> "Memory | None":
        thread.join()
        return made[0] if made else None

    return wait


def _read(made: "list[Memory]") -> None:
    from metriclint.files.problem import ProblemError
    from metriclint.findings.report import Memory
    from metriclint.rules.catalogue import built_in_catalogue

    memory = Memory()
    try:
        memory.catalogues[()] = built_in_catalogue()
    except ProblemError:
        return
    made.append(memory)
