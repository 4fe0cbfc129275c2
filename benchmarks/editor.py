"""Times what the language server does after a keystroke in a project of many cards, in one file and in a file a card.

``python benchmarks/editor.py [--cards 1000] [--keys 40]`` types into the middle of the project: letters, line breaks, a
line that is no YAML for a while, another value. It prints the median and the slowest keystroke beside a check of the
whole project in the same process, and their ratio. Processor time of the
server's side is counted, which other programs on the machine disturb less: taking the change, reading, checking, and
making the diagnostics with their JSON. The project promises at most 150 ms at the median.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate import document, write_folder
from lsprotocol.types import Position, Range, TextDocumentContentChangePartial
from msgspec.json import encode

from metriclint.editor.workspace import Workspace
from metriclint.findings.report import Options, report_of
from metriclint.sources.load import load

TODAY = "2026-11-25"
BAR = 150.0


_TAGS = "    tags: [a]"
_SCRIPT = (
    ("x", 0, 0),
    ("é", 0, 0),
    ("🚀", 0, 0),
    (f"\n{_TAGS}", 0, 0),
    ("", 1, len(_TAGS)),
    (": [", 0, 0),
    ("", 0, 3),
    ("y", 0, 0),
)
"""What is typed at the end of a title; lines and characters behind that place that it replaces."""


def typed(folder: Path, file: Path, count: int) -> list[float]:
    """Milliseconds of each keystroke behind the first title of the second half of a file."""
    room = Workspace(lambda: TODAY)
    room.add_folder(folder.as_uri())
    uri, text = file.as_uri(), file.read_text(encoding="utf-8")
    room.open(uri, text)
    room.refresh()
    room.diagnostics()
    at = text.index("    title: ", len(text) // 2 if len(text) > 10_000 else 0)
    line = text.count("\n", 0, at)
    column = len(text[at:].partition("\n")[0])
    sent: dict[str, object] = {}
    taken = []
    for index in range(count):
        new, down, along = _SCRIPT[index % len(_SCRIPT)]
        end = Position(line + down, along) if down else Position(line, column + along)
        change = TextDocumentContentChangePartial(Range(Position(line, column), end), new)
        begin = time.process_time()
        room.change(uri, [change])
        room.refresh()
        for address, listed in room.diagnostics().items():
            if sent.get(address) != listed:
                encode({"uri": address, "diagnostics": listed})
                sent[address] = listed
        taken.append(1000 * (time.process_time() - begin))
    return taken


def whole(folder: Path) -> float:
    """Milliseconds of a check of everything in this process."""
    begin = time.process_time()
    loaded = load(["."], folder)
    report_of(list(zip(loaded.projects, loaded.reported, strict=True)), Options(TODAY, here=folder))
    return 1000 * (time.process_time() - begin)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=1000)
    parser.add_argument("--keys", type=int, default=40)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        one, many = Path(name) / "one", Path(name) / "many"
        one.mkdir()
        (one / "estate.yaml").write_text(document(options.cards), encoding="utf-8")
        write_folder(many, options.cards)
        files = sorted(many.rglob("*.yaml"))
        for label, folder, file in (
            (f"{options.cards} cards in one file", one, one / "estate.yaml"),
            (f"{options.cards} cards, a file each", many, files[len(files) // 2]),
        ):
            full = statistics.median(whole(folder) for _ in range(3))
            taken = typed(folder, file, options.keys)
            mine = statistics.median(taken)
            print(
                f"{label:<28} keystroke {mine:6.1f} ms (slowest {max(taken):6.1f})   whole check {full:7.1f} ms   "
                f"ratio {mine / full:5.3f}   bar {BAR:.0f} ms"
            )


if __name__ == "__main__":
    main()
