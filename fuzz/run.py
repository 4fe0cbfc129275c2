"""Coverage-guided fuzzing of the readers, with atheris: ``python fuzz/run.py TARGET [EXECUTIONS]``.

Needs ``pip install atheris`` (wheels for CPython on Linux). The corpus grows in a folder below the temporary one, or
in ``--corpus``; an input that is at fault is written to ``fuzz/found/TARGET/``, where a test replays it from then on.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import atheris

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(HERE), str(ROOT)]

with atheris.instrument_imports(include=["metriclint"]):
    from seeds import dictionary, seeds
    from targets import LONGEST, TARGETS

    import metriclint.findings.report as reporting
    import metriclint.rules.evaluate as evaluating


class TooSlowError(Exception):
    """An input took longer than it may."""


def timed(target: Callable[[bytes], None], longest: float) -> Callable[[bytes], None]:
    """The target, which fails where an input takes too long; processor time, so that other work does not count."""

    def run(data: bytes) -> None:
        start = time.process_time()
        target(data)
        if (took := time.process_time() - start) > longest:
            raise TooSlowError(f"{took:.1f} s of processor time")

    return run


def remember_rules() -> None:
    """Read the catalogue once and keep what rules answered; else nearly all time goes into reading it again."""
    whole = cache(reporting.built_in_catalogue)
    reporting.built_in_catalogue = lambda packs=(): whole(tuple(packs))
    fresh, kept = evaluating.Evaluator, [evaluating.Evaluator()]
    asked = 0

    def known() -> evaluating.Evaluator:
        nonlocal asked
        asked += 1
        if asked % 2000 == 0:
            kept[0] = fresh()  # answers to odd facts pile up
        return kept[0]

    reporting.Evaluator = known  # type: ignore[misc,assignment]


def main() -> None:
    """Fuzz one target until the number of executions is reached or an input is at fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("executions", nargs="?", type=int, default=100_000)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    corpus = asked.corpus or Path(tempfile.gettempdir()) / "metriclint-fuzz" / asked.target
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(asked.target)):
        (corpus / f"seed-{number:03}").write_bytes(seed)
    words = corpus.with_name(f"{asked.target}.dict")
    words.write_text("".join(f"{json.dumps(word)}\n" for word in dictionary(asked.target)), encoding="ascii")
    found = HERE / "found" / asked.target
    found.mkdir(parents=True, exist_ok=True)
    remember_rules()
    # Instrumented code is slower; the replay without atheris holds inputs against the real limit.
    run = timed(TARGETS[asked.target], 4 * LONGEST)
    options = {
        "runs": asked.executions,
        "seed": asked.seed,
        "dict": words,
        "timeout": 20,
        "rss_limit_mb": 1500,
        "max_len": 4096,
        "artifact_prefix": f"{found}/",
        "print_final_stats": 1,
    }
    atheris.Setup([sys.argv[0], *(f"-{name}={value}" for name, value in options.items()), str(corpus)], run)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
