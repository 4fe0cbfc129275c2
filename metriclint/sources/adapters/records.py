"""Lists of any tool as metrics, by a mapping: YAML, JSON, JSON Lines and CSV."""

import re
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from metriclint.files.positions import Span
from metriclint.model.mapping import Claim, Mapping
from metriclint.sources.adapter import SourceFile
from metriclint.sources.draft import Draft

TITLE = "lists, by a mapping"
SUFFIXES = (".yaml", ".yml", ".json", ".jsonl", ".ndjson", ".csv")
TOP = Span(1, 1, 1, 2)


class _Marks(NamedTuple):
    """A claim, compiled."""

    files: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...]

    def fit(self, file: SourceFile) -> bool:
        """Has a file all of them."""
        name = PurePosixPath(file.path).name
        if self.files and not any(fnmatchcase(name, form) for form in self.files):
            return False
        return all(pattern.search(file.head) for pattern in self.patterns)


def claims(file: SourceFile) -> bool:
    """It has all marks of a mapping that ships."""
    return claimed_by(file) is not None


def claimed_by(file: SourceFile) -> str | None:
    """The mapping that ships and recognises a file."""
    return next((name for name, several in _shipped() if any(marks.fit(file) for marks in several)), None)


@lru_cache(maxsize=1)
def _shipped() -> tuple[tuple[str, list[_Marks]], ...]:
    from metriclint.sources.lists.mapping import shipped_mappings

    return tuple((name, _compiled(mapping)) for name, mapping in shipped_mappings().items())


def recognises(mapping: Mapping, file: SourceFile) -> bool:
    """Has a file the marks that a mapping claims files by."""
    return any(marks.fit(file) for marks in _compiled(mapping))


def _compiled(mapping: Mapping) -> list[_Marks]:
    claims = mapping.claim if isinstance(mapping.claim, list) else [mapping.claim]
    return [_marks(claim) for claim in claims if claim is not None]


def _marks(claim: Claim) -> _Marks:
    patterns = [rf"{_key(key)}|^[^\n]*(?<![^,;\t|\"\n]){re.escape(key)}(?![^,;\t|\"\r\n])" for key in claim.keys]
    for key, wanted in claim.values.items():
        forms = [wanted] if isinstance(wanted, str) else wanted
        values = "|".join(re.escape(form).replace(r"\*", ".*?") for form in forms)
        patterns.append(rf"{_key(key)}[ \t]*[\"']?(?:{values})[\"']?[ \t]*(?:[,}}#\r\n]|$)")
    return _Marks(tuple(claim.files), tuple(re.compile(pattern, re.MULTILINE) for pattern in patterns))


def _key(key: str) -> str:
    """The pattern of a key of YAML or JSON."""
    return rf"(?:^[ \t-]*|[{{,][ \t]*)[\"']?{re.escape(key)}[\"']?[ \t]*:"


def mapping_of(file: SourceFile, draft: Draft) -> Mapping | None:
    """The mapping that is assigned to a file or recognises it; what is wrong with it is told as problems."""
    from metriclint.sources.lists.mapping import is_path, read_mapping, shipped_mappings, shipped_names

    if file.mapping is None:
        name = claimed_by(file)
        if name is None:
            message = "no mapping that ships recognises this list: `mapping` under `sources` names one"
            draft.problem(message, TOP, allowed=shipped_names())
            return None
        return shipped_mappings()[name]
    found = read_mapping(file.mapping, file.tree, _shown(file.mapping) if is_path(file.mapping) else "")
    if isinstance(found, Mapping):
        return found
    for problem in found:
        draft.problems.append((problem, None) if problem.path else (problem._replace(path=draft.path), TOP))
    return None


def _shown(path: str) -> str:
    """A mapping's path as it is told: from the working folder where it lies below."""
    place, here = Path(path).absolute(), Path.cwd()
    return place.relative_to(here).as_posix() if place.is_relative_to(here) else place.as_posix()


def read(file: SourceFile, draft: Draft) -> None:
    """A metric for each record that the mapping finds."""
    mapping = mapping_of(file, draft)
    if mapping is not None:
        from metriclint.sources.lists.record_lists import read_list

        read_list(file, mapping, draft)
