"""The folder ``data/`` of a pack: for programs, and for those who check what the documents say."""

import csv
import hashlib
import io
import json
import posixpath
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from metriclint.audit.checked import Checked
from metriclint.audit.earlier import LOCK
from metriclint.audit.pack import InputFile, Pack, PackFinding
from metriclint.audit.pack import Path as WitnessPath
from metriclint.audit.register import NAMES, cell_text, rows
from metriclint.pictures.compose import picture_of_project
from metriclint.reports.formats import Style, renderer
from metriclint.reports.json import json_text
from metriclint.reports.terminal import clean
from metriclint.version import VERSION

MANIFEST = "data/MANIFEST.json"
_INPUTS = "data/inputs"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Read(Struct, frozen=True):
    """A file that was read, with what stood in it."""

    path: str
    data: bytes


def inputs(files: Iterable[Read]) -> tuple[list[InputFile], dict[str, bytes]]:
    """Files that were read, and their copies by the place in the pack."""
    listed, copies = [], dict[str, bytes]()
    for file in sorted(files, key=lambda f: f.path):
        copy = _copy_name(file.path, copies)
        copies[copy] = file.data
        listed.append(InputFile(file.path, copy, hashlib.sha256(file.data).hexdigest(), len(file.data)))
    return listed, copies


def _copy_name(path: str, taken: Mapping[str, bytes]) -> str:
    """A place below the folder of inputs. Folders above are spelt out, so that no copy leaves it.

    The name ends so that no check takes the copy for a declaration of its own.
    """
    parts = ["above" if part == ".." else part for part in path.replace("\\", "/").split("/")]
    name = posixpath.join(_INPUTS, *(p.replace(":", "_") for p in parts if p not in ("", ".")))
    unique, number = f"{name}.copy", 2
    while unique in taken:
        unique, number = f"{name}.{number}.copy", number + 1
    return unique


def read_inputs(checked: Checked, others: Iterable[Path], here: Path) -> list[Read]:
    """Everything that was read: declarations, configurations with their mappings and rules, and other files named."""
    names: dict[str, None] = {}
    for ground in checked.grounds.values():
        names.update(dict.fromkeys(ground.project.texts))
        root = here / ground.project.name
        found = [root / n for n in ("metriclint.toml", "pyproject.toml") if (root / n).is_file()][:1]
        found += [
            f
            for folder in map(here.joinpath, ground.packs)
            if folder.is_relative_to(here)
            for f in sorted(folder.rglob("*.yaml"))
        ]
        found += [
            file
            for setting in ground.project.config.sources
            if setting.mapping is not None and not setting.skip and (file := root / setting.mapping).is_file()
        ]
        names.update(dict.fromkeys(_shown(f, here) for f in found))
    names.update(dict.fromkeys(_shown(f, here) for f in others))
    texts = {n: t for g in checked.grounds.values() for n, t in g.project.texts.items()}
    return [Read(name, _bytes(here / name, texts.get(name))) for name in names]


def _shown(file: Path, here: Path) -> str:
    return file.relative_to(here).as_posix() if file.is_relative_to(here) else file.as_posix()


def _bytes(file: Path, text: str | None) -> bytes:
    """The file as it lies there, if it still says what was read; else what was read."""
    try:
        data = file.read_bytes()
    except OSError:
        return (text or "").encode("utf-8", "replace")
    if text is not None and data.decode("utf-8-sig", "replace") != text.removeprefix("\ufeff") and b"\0" not in data:
        return text.encode("utf-8", "replace")
    return data


def data_files(pack: Pack, checked: Checked) -> dict[str, bytes]:
    """The files of ``data/`` but for the copies and the manifest, by their place in the pack."""
    return {
        LOCK: _json(msgspec.to_builtins(_without_pictures(pack))),
        "data/findings.sarif": _sarif(pack, checked),
        "data/graph.json": _json(_graph(pack, checked)),
        "data/register.csv": _csv(pack),
    }


def _json(value: Any) -> bytes:
    return (json_text(value, indent=2) + "\n").encode("utf-8", "replace")


def _without_pictures(pack: Pack) -> Pack:
    """The pack without its drawings, which can be drawn from the paths again."""

    def bare(f: PackFinding) -> PackFinding:
        return replace(f, path=WitnessPath(f.path.nodes, f.path.text, ""))

    return replace(pack, findings=[bare(f) for f in pack.findings], fixed=[bare(f) for f in pack.fixed])


_BASELINE = {"new": "new", "reopened": "new", "open": "unchanged", "accepted": "unchanged"}


def _sarif(pack: Pack, checked: Checked) -> bytes:
    """SARIF as the check writes it, with number and state of each finding."""
    log = json.loads(renderer("sarif")(checked.report, Style()))
    known = {(clean(f.project), f.fingerprint): f for f in pack.findings}
    for result in log["runs"][0]["results"]:
        print_ = next(iter(result["partialFingerprints"].values()))
        f = known.get((result["properties"].get("project", ""), print_))
        if f is not None:
            result["baselineState"] = _BASELINE[f.history.state]
            result["properties"] |= {"auditId": f.id, "ratingProposed": f.rating.proposed}
            result["properties"] |= {"ratingFinal": f.rating.final} if f.rating.final else {}
    return _json(log)


def _graph(pack: Pack, checked: Checked) -> dict[str, Any]:
    return {
        "schema": "metriclint/audit-graph/1",
        "projects": [
            {"project": name, "picture": msgspec.to_builtins(picture_of_project(ground.incentives, "all"))}
            for name, ground in sorted(checked.grounds.items())
        ],
        "findings": {f.id: {"metric": f.metric, "project": f.project, "path": f.path.text} for f in pack.findings},
    }


def _csv(pack: Pack) -> bytes:
    """The register for programs. A cell that a spreadsheet could take for a formula begins with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(NAMES)
    for row in rows(pack):
        writer.writerow([safe(cell_text(value)) for value in row])
    return out.getvalue().encode("utf-8-sig", "replace")


def safe(text: str) -> str:
    """A cell of a CSV file that no spreadsheet runs."""
    return f"'{text}" if text.lstrip(" \n").startswith(_FORMULA) or text.startswith(_FORMULA) else text


def manifest(pack: Pack, files: Mapping[str, bytes], arguments: list[str], versions: Mapping[str, str]) -> bytes:
    """Checksums of every file of the pack but this one, and what is needed to make it again."""
    return _json(
        {
            "schema": "metriclint/audit-manifest/1",
            "client": pack.client,
            "engagement": pack.engagement,
            "as_of": pack.as_of,
            "draft": pack.draft,
            "tool": {"name": "metriclint", "version": VERSION, "ruleset": pack.reproducibility.ruleset},
            "versions": dict(sorted(versions.items())),
            "arguments": arguments,
            "files": {
                name: {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
                for name, data in sorted(files.items())
            },
        }
    )
