"""Reading files of other tools in place: an adapter's draft becomes a document like any other, with its places."""

from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace

from metriclint.files.globs import fits
from metriclint.files.positions import START
from metriclint.files.problem import Problem, did_you_mean, excerpt_of
from metriclint.model.config import SourceSetting
from metriclint.model.document import Document
from metriclint.model.foreign import Foreign, Place
from metriclint.sources.adapter import SourceFile, adapter, adapter_names, adapter_of
from metriclint.sources.discover import NATIVE_SUFFIXES, SUFFIXES, Found, Group
from metriclint.sources.draft import Draft
from metriclint.sources.native import NO_DOCUMENT, ReadFile, read_document, says_it_is_ours, typed
from metriclint.sources.tree import DISK, Tree

_LARGEST = 200_000_000
"""Bytes of a file that is not named and not assigned, above which nobody looks into it."""
_OTHER_SHEETS = (".xls", ".xlsb", ".ods", ".numbers")


def read_file(found: Found, group: Group, tree: Tree = DISK, text: str | Problem | None = None) -> ReadFile:
    """Read a file of a project: a native document, else by the adapter that is assigned to it or that claims it.

    A file met on a walk that neither is stays aside; one that the user named is told as a native document that is none.
    """
    setting = _setting(found, group)
    if found.explicit and found.shown.lower().endswith(_OTHER_SHEETS):
        message = "spreadsheets are read as .xlsx or .csv: save it as one of these"
        return _refused(found.shown, Problem(found.shown, 0, 0, message))
    native = found.shown.endswith(NATIVE_SUFFIXES) or not found.shown.endswith(SUFFIXES)
    if setting is None and native:
        first = read_document(replace(found, explicit=False), text, tree)
        if not first.skipped and (first.raw is not None or says_it_is_ours(first.text) or not first.text.strip()):
            return first
    if setting is not None and setting.skip and not found.explicit:
        return _aside(found)
    if text is None or not isinstance(text, str):
        try:
            data = tree.read_bytes(found.file)
        except OSError:
            return read_document(found, text, tree) if native or found.explicit else _aside(found)
    else:
        data = text.encode()
    file = SourceFile(found.shown, data, place=found.file, tree=tree, explicit=found.explicit)
    if setting is not None and not setting.skip and (setting.adapter or setting.mapping):
        return _assigned(file, setting, group)
    if (found.explicit or group.config.detect) and (found.explicit or len(data) <= _LARGEST):
        name = adapter_of(file)
        if name is not None:
            return _read(file, name)
    if native:
        return _native(read_document(found, text, tree)) if found.explicit else read_document(found, text, tree)
    return _unknown(found, file.suffix) if found.explicit else _aside(found)


def _native(read: ReadFile) -> ReadFile:
    """A file that the user named, and that nobody took for another tool's: where it is no document, say that too."""
    also = "; no adapter recognises it as a file of another tool either (`metriclint sources list`)"
    if not read.path.endswith(NATIVE_SUFFIXES) and "metriclint" not in read.text and read.text.strip():
        # What a YAML reader stumbles over in a text that is none helps nobody.
        message = f"this is no document: one is YAML or JSON and {NO_DOCUMENT}{also}"
        return _refused(read.path, Problem(read.path, 1, 1, message))
    if read.text.strip():
        read.problems = [
            p._replace(message=p.message + also) if p.message.endswith(NO_DOCUMENT) else p for p in read.problems
        ]
    return read


def _unknown(found: Found, suffix: str) -> ReadFile:
    message = (
        "nothing recognises this file (`metriclint sources list`): "
        "`sources` in the configuration can name an adapter or a mapping for it"
    )
    fitting = tuple(name for name in adapter_names() if suffix in adapter(name).SUFFIXES)
    return _refused(found.shown, Problem(found.shown, 0, 0, message, (), fitting))


def _refused(path: str, problem: Problem) -> ReadFile:
    return ReadFile(path, "", None, None, [problem])


def _aside(found: Found) -> ReadFile:
    return ReadFile(found.shown, "", None, None, [], skipped=True)


def _setting(found: Found, group: Group) -> SourceSetting | None:
    """The last setting that fits a file."""
    if not group.config.sources or group.root is None:
        return None
    try:
        below = found.file.absolute().relative_to(group.root).as_posix()
    except ValueError:
        return None
    fitting = [s for s in group.config.sources if any(fits(below, pattern) for pattern in s.paths)]
    return fitting[-1] if fitting else None


def _assigned(file: SourceFile, setting: SourceSetting, group: Group) -> ReadFile:
    name = setting.adapter or "records"
    if name not in adapter_names():
        message = f'unknown adapter "{name}" (named by `sources` of the configuration)'
        problem = Problem(file.path, 0, 0, message, (), adapter_names(), did_you_mean(name, adapter_names()))
        return _refused(file.path, problem)
    if file.suffix not in adapter(name).SUFFIXES:
        message = f'adapter "{name}" (named by `sources` of the configuration) reads no {file.suffix or "such"} files'
        return _refused(file.path, Problem(file.path, 0, 0, message, (), adapter(name).SUFFIXES))
    if setting.mapping is not None:
        by_file = "/" in setting.mapping or setting.mapping.endswith(NATIVE_SUFFIXES)
        file.mapping = str((group.root or Path()) / setting.mapping) if by_file else setting.mapping
    file.explicit = True
    return _read(file, name)


def _read(file: SourceFile, name: str) -> ReadFile:
    draft = draft_of(file, name)
    if not (draft.has_any or draft.problems or draft.remarks):
        return ReadFile(file.path, "", None, None, [], skipped=True)
    foreign = draft.foreign
    document, more = typed(draft.document, file.path)
    problems = placed_problems(draft, more)
    for number, remark in enumerate(draft.remarks):
        foreign.places["remarks", number] = remark.place
    return ReadFile(
        file.path,
        foreign.text,
        None if problems or not isinstance(document, Document) else document,
        draft.document,
        problems,
        foreign=foreign,
        remarks=[remark.message for remark in draft.remarks],
        loose=draft.loose,
        part_of=draft.part_of,
    )


def placed_problems(draft: Draft, more: Iterable[Problem]) -> list[Problem]:
    """What is wrong with a file, of an adapter's draft and of the document that it makes, in the order of places."""
    problems = [_placed(problem, at, draft.foreign) for problem, at in draft.problems]
    return sorted([*problems, *located(more, draft.foreign)], key=lambda p: (p.line, p.column))


def draft_of(file: SourceFile, name: str) -> Draft:
    """What an adapter makes of a file."""
    draft = Draft(file.path, foreign=Foreign(name))
    adapter(name).read(file, draft)
    if draft.document.get("metrics") and not draft.foreign.declares:
        from metriclint.sources.gameable import infer_gameable

        infer_gameable(draft)
    told = draft.has_any or draft.problems or draft.remarks
    if not told and (file.explicit or not draft.evidence):
        draft.remark(f"read by {name}: it holds no metric", START)
    return draft


def _placed(problem: Problem, at: Place | None, foreign: Foreign) -> Problem:
    if problem.line or at is None:
        return problem
    here = Foreign(foreign.adapter, text=foreign.text, parts=foreign.parts, places={("problem",): at})
    return located([problem._replace(route=("problem",))], here)[0]._replace(route=())


def located(problems: Iterable[Problem], foreign: Foreign) -> list[Problem]:
    """Problems of a foreign file with line, column and the text around it, in the order of places."""
    listed = list(problems)
    spans = foreign.spans({p.route for p in listed if not p.line})
    placed = []
    for problem in listed:
        if not problem.line:
            span = spans[problem.route]
            line, cell = foreign.line(problem.route, span), foreign.cell(problem.route)
            excerpt, caret = excerpt_of(line, span.column if cell is None else 1)
            problem = problem._replace(line=span.line, column=span.column, excerpt=excerpt, caret=caret)
            problem = problem if cell is None else problem._replace(cell=cell.name)
        placed.append(problem)
    return sorted(placed, key=lambda p: (p.line, p.column))
