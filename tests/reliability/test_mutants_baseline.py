"""The baseline, where no other test notices a small change of it."""

from pathlib import Path

import pytest
from cards import RANKED
from conftest import TODAY, Cli, Write

import metriclint

GONE = '{{"fingerprint": "ml1:{0:016x}", "rule": "gone-rule", "metric": "m{0}", "severity": "error"}}'


@pytest.mark.parametrize(
    ("gone", "told"),
    [
        (1, "1 known finding is solved (gone-rule on m1):"),
        (2, "2 known findings are solved (gone-rule on m1, gone-rule on m2):"),
        (3, "3 known findings are solved (gone-rule on m1, gone-rule on m2, gone-rule on m3):"),
        (5, "5 known findings are solved (gone-rule on m1, gone-rule on m2, gone-rule on m3 and 2 more):"),
    ],
)
def test_what_is_solved_is_counted_and_the_first_three_are_named(
    cli: Cli, write: Write, tmp_path: Path, gone: int, told: str
) -> None:
    write("card.yaml", RANKED)
    write("metriclint.toml", 'baseline = "known.json"\n')
    entries = ", ".join(GONE.format(number + 1) for number in range(gone))
    write("known.json", f'{{"metriclint_baseline": 1, "findings": [{entries}]}}')
    (notice,) = metriclint.check(["."], cwd=tmp_path, today=TODAY).notices
    assert notice.message.startswith(told)
