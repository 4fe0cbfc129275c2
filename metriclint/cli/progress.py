"""What a long run is doing, on a terminal: one line on standard error, from the first second on, gone at the end."""

import os
import sys
from collections.abc import Callable
from types import TracebackType
from typing import TextIO

AFTER = 1.0
"""Seconds of a run before it says anything."""
_EVERY = 0.2
_CLEAR = "\r\x1b[K"
STAGES = {
    "annotate": "reading the workbook",
    "audit": "making the audit pack",
    "baseline": "asking the rules",
    "distortion": "comparing what is paid for with what is needed",
    "export": "writing the workbook",
    "fix": "searching changes that help",
    "graph": "drawing the graph",
    "import": "reading files of other tools",
    "overlay": "asking the rules",
    "questionnaire": "making the form",
    "responses": "reading the register",
    "review": "comparing both states",
    "rules": "trying the rules",
    "sources": "reading files of other tools",
    "template": "making the workbook",
    "waive": "asking the rules",
    "why": "following the paths",
}
"""What a command is doing that can take a while and says nothing before its end; ``check`` tells its stages itself."""


def wanted(stream: TextIO | None) -> bool:
    """Whether somebody watches: a terminal that can take a line back, and no CI system, which keeps what it gets."""
    if stream is None or not stream.isatty():
        return False
    return not os.environ.get("CI") and os.environ.get("TERM", "") not in ("", "dumb")


_shown: list["Progress"] = []
"""The line that is shown, if there is one."""


def close_shown() -> None:
    """Take the line back, before anything is printed."""
    while _shown:
        _shown.pop().close()


class Progress:
    """A line that says what goes on, written by a thread of its own while the work goes on undisturbed.

    >>> with Progress() as progress:
    ...     progress.stage("reading declarations")
    ...     progress.count(1, 2)
    """

    def __init__(self, stream: TextIO | None = None, after: float = AFTER) -> None:
        self._stream = stream or sys.stderr
        self._after = after
        self._stage = ""
        self._done = self._of = 0
        self._stop: Callable[[], None] = lambda: None

    def __enter__(self) -> "Progress":
        if wanted(self._stream):
            import threading

            ended = threading.Event()
            thread = threading.Thread(target=self._show, args=(ended.wait,), daemon=True)

            def stop() -> None:
                ended.set()
                thread.join()

            self._stop = stop
            _shown.append(self)
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Take the line back, before anything else is printed."""
        stop, self._stop = self._stop, lambda: None
        stop()

    def stage(self, what: str) -> None:
        """Say what comes now."""
        self._stage, self._done, self._of = what, 0, 0

    def count(self, done: int, of: int) -> None:
        """Say how far it is. Cheap enough for every file."""
        self._done, self._of = done, of

    def _show(self, wait: Callable[[float], bool]) -> None:
        seconds = self._after
        if wait(self._after):
            return
        while True:
            far = f" ({self._done:,} of {self._of:,} files)" if self._of > 1 else ""
            self._write(f"{_CLEAR}{self._stage}{far} … {seconds:.0f} s")
            if wait(_EVERY):
                self._write(_CLEAR)
                return
            seconds += _EVERY

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):  # the terminal is gone: nobody watches
            return
