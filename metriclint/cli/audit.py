"""``metriclint audit``: the audit pack of a project, as a folder."""

import contextlib
import shlex
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from metriclint.cli.output import NOTHING_TO_CHECK, color_option, fail, refuse, say, today_or_exit
from metriclint.files.problem import shorten

if TYPE_CHECKING:
    from metriclint.audit.pack import Pack
    from metriclint.sources.load import Loaded

_LIBRARIES = ("xlsxwriter", "jinja2", "typst", "docxtpl", "python-docx", "font-source-sans-pro")
"""What documents are made with; the bytes of a pack depend on their versions."""


@click.command("audit")
@click.argument("paths", nargs=-1)
@click.option("--out", "-o", required=True, metavar="FOLDER", help="Folder that the pack is written to.")
@click.option("--client", default="", metavar="NAME", help="Organisation that is audited.")
@click.option("--template", metavar="FILE", help="The firm's own Word template for report.docx.")
@click.option("--responses", metavar="FILE", help="What the organisation and the auditor said (responses.yaml).")
@click.option("--previous", metavar="FOLDER", help="The earlier pack: its numbers and answers are carried on.")
@click.option("--force", is_flag=True, help="Replace a pack that is there, changed files included.")
@click.option("--today", metavar="DATE", help="As-of date of the pack.  [default: today]")
@color_option
def command(
    paths: tuple[str, ...],
    out: str,
    client: str,
    template: str | None,
    responses: str | None,
    previous: str | None,
    force: bool,
    today: str | None,
    color: str,
) -> None:
    """Write an audit pack for the metrics of PATHS (the configured ones by default).

    The pack is a folder with a report (HTML, Word, PDF), a register of findings to be filled in, and the data behind
    them. It is a draft until an auditor has confirmed every finding. Exit codes: 0 written, 2 wrong input, 3 nothing
    to audit.
    """
    asked = _Asked(paths, out, client, template, responses, previous, today_or_exit(today), color)
    try:
        pack, fresh = _write(asked, force=force)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "metriclint":
            raise
        refuse(f"{error.name} is missing: pip install 'metriclint[audit]'")
    say(_told(pack, out, fresh=fresh))


class _Asked(NamedTuple):
    """What the command was told."""

    paths: tuple[str, ...]
    out: str
    client: str
    template: str | None
    responses: str | None
    previous: str | None
    day: str
    color: str

    @property
    def arguments(self) -> list[str]:
        """The command line that makes the same pack again; the folders of packs can have any name."""
        given = [("--client", self.client), ("--template", self.template), ("--responses", self.responses)]
        options = [word for name, value in given if value for word in (name, value)]
        previous = ["--previous", "EARLIER"] if self.previous else []
        return [*self.paths, "--out", "FOLDER", *options, *previous, "--today", self.day]


def _write(asked: _Asked, *, force: bool) -> "tuple[Pack, bool]":
    """Make the pack and put it in its place; whether it was not there already. Exits where something is wrong."""
    from metriclint.audit.data import MANIFEST
    from metriclint.audit.documents import DocumentError
    from metriclint.audit.folder import FolderError, check_place, put_back, write_folder
    from metriclint.files.problem import ProblemError

    out, follows = Path(asked.out), Path(asked.previous) if asked.previous else None
    for place in filter(None, (out, follows)):
        put_back(place)
    try:
        pack, files = _made(asked)
        fresh = check_place(out, asked.out, files[MANIFEST], follows=follows, force=force)
        if fresh:
            write_folder(out, files)
    except ProblemError as error:
        fail(error.problems, asked.color)
    except (DocumentError, FolderError) as error:
        refuse(str(error))
    except OSError as error:
        why = (error.strerror or "error").lower()
        refuse(f"{asked.out} cannot be written: {why}; what was there is as it was")
    return pack, fresh


def _made(asked: _Asked) -> "tuple[Pack, dict[str, bytes]]":
    """The pack and all of its files, by their place in it."""
    from metriclint.audit.build import Request, build_pack
    from metriclint.audit.checked import Checked
    from metriclint.audit.data import MANIFEST, data_files, inputs, manifest, read_inputs
    from metriclint.audit.documents import DocumentOptions, document, names
    from metriclint.audit.earlier import Earlier, read_earlier
    from metriclint.audit.responses import Responses, read_responses

    earlier = read_earlier(Path(asked.previous), asked.previous, asked.day) if asked.previous else Earlier()
    told = read_responses(Path(asked.responses), asked.responses) if asked.responses else Responses()
    template = _bytes(asked.template) if asked.template else None
    checked = Checked(_loaded(asked), asked.day, Path())
    others = [Path(name) for name in (asked.responses, asked.template) if name]
    listed, copies = inputs(read_inputs(checked, others, Path.cwd()))
    request = Request(
        today=asked.day,
        client=shorten(asked.client, 200),
        command=shlex.join(["metriclint", "audit", *asked.arguments]),
        inputs=listed,
        asked=list(asked.paths),
    )
    pack = build_pack(checked, request, told, earlier)
    options = DocumentOptions(template, asked.template or "")
    made = {d.FILE: d.render(pack, options) for d in map(document, names())}
    files = {**made, **data_files(pack, checked), **copies}
    files[MANIFEST] = manifest(pack, files, asked.arguments, _versions())
    return pack, files


def _loaded(asked: _Asked) -> "Loaded":
    """What the paths name, without the packs that lie among them. Exits where it is wrong or nothing."""
    from metriclint.audit.folder import of_a_pack
    from metriclint.cli.check import nothing_found
    from metriclint.sources.load import load

    loaded = load(list(asked.paths))
    if loaded.problems:
        fail(loaded.problems, asked.color)
    if not loaded.documents:
        refuse(nothing_found(loaded.skipped), NOTHING_TO_CHECK)
    told = Path(asked.responses).absolute() if asked.responses else None
    files = [(name, Path(name)) for name in loaded.skipped]
    loaded.skipped = [name for name, file in files if file.absolute() != told and not of_a_pack(file)]
    return loaded


def _bytes(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        refuse(f"{name} cannot be read: {(error.strerror or 'error').lower()}")


def _versions() -> dict[str, str]:
    found = {}
    for name in _LIBRARIES:
        with contextlib.suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def _told(pack: "Pack", out: str, *, fresh: bool) -> str:
    """What was written, on a few lines."""
    from metriclint.reports.terminal import block, clean, counted

    executive = pack.executive
    by = ", ".join(f"{c.count} {c.rating}" for c in executive.counts if c.count) or "none"
    state = "draft: not every finding is confirmed by an auditor" if pack.draft else "confirmed"
    state = state if pack.findings else "no finding to confirm"
    lines = [
        f"{clean(out)}: {'written' if fresh else 'the same pack is there already'} ({state})",
        f"  overall (proposed): {executive.overall}",
        f"  {counted(len(pack.findings), 'finding')}; those that count: {by}",
        *(block("", change, 2) for change in executive.changes),
        *(block("note: ", remark, 2) for remark in pack.remarks),
        "  next: fill in findings-register.xlsx, then `metriclint responses import findings-register.xlsx`",
    ]
    return "\n".join(lines) + "\n"
