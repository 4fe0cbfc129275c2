"""Everything that is open in an editor: texts, the folders around them, and what a check says about both."""

import os
import re
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from lsprotocol.types import Position, TextDocumentContentChangeEvent, TextDocumentContentChangePartial
from pygls.uris import from_fs_path, to_fs_path

from metriclint.editor.buffers import Buffers
from metriclint.editor.desk import Desk
from metriclint.editor.diagnostics import Diagnostic, Diagnostics
from metriclint.editor.page import Page, changed
from metriclint.editor.session import Session
from metriclint.files.problem import ProblemError
from metriclint.files.yaml_values import decode
from metriclint.rules.catalogue import Catalogue, built_in_catalogue
from metriclint.sources.configuration import CONFIG_NAMES
from metriclint.sources.discover import SUFFIXES

_UNSAVED = "untitled:"
"""Begins the address of a text that has no file yet."""
_NO_NAME = re.compile(r"[^\w.-]+")
_LONGEST = 80
_HALVES = re.compile("[\ud800-\udfff]")


class Spot(NamedTuple):
    """A position in an open text."""

    path: str
    """Normal absolute path."""
    page: Page
    offset: int
    desk: Desk | None
    """The project, where the text is part of one."""
    shown: str
    """How the file is shown in it."""
    overlay: bool


class Workspace:
    """Open texts and folders. Files are named by the addresses that the editor uses."""

    def __init__(self, today: Callable[[], str] | None = None, *, everywhere: bool = False) -> None:
        self._today = today
        self.everywhere = everywhere
        """Tell findings of files that are not open, too."""
        self.buffers = Buffers()
        self._uris: dict[str, str] = {}
        self._unsaved: dict[str, str] = {}
        """Places of texts that have no file yet, by their addresses."""
        self._pages: dict[str, Page] = {}
        self._folders: list[Path] = []
        self._sessions: dict[Path, Session] = {}
        self._diagnostics: dict[int, Diagnostics] = {}
        self._catalogue: Catalogue | None = None

    @property
    def catalogue(self) -> Catalogue:
        """The shipped rules."""
        if self._catalogue is None:
            try:
                self._catalogue = built_in_catalogue()
            except ProblemError:
                self._catalogue = Catalogue()
        return self._catalogue

    def add_folder(self, uri: str) -> None:
        """A folder is open."""
        path = path_of(uri)
        if path is not None and Path(path) not in self._folders:
            self._folders.append(Path(path))
            self.rescan()

    def remove_folder(self, uri: str) -> None:
        """A folder is open no more."""
        path = path_of(uri)
        if path is not None and Path(path) in self._folders:
            self._folders.remove(Path(path))
            self._sessions.pop(Path(path), None)
            self.rescan()

    def open(self, uri: str, text: str, language: str = "") -> None:
        """A text is open; it stands for the file from now on. One without a file stands in the folder."""
        if language == "yaml" and uri.startswith(_UNSAVED) and uri not in self._unsaved and self._folders:
            self._unsaved[uri] = self._free(uri)
        path = self._path(uri)
        if path is not None:
            self._uris[path] = uri
            self._put(path, text)
            self.rescan()

    def change(self, uri: str, changes: "list[TextDocumentContentChangeEvent]") -> None:
        """An open text has changed. One that was never opened is taken from the disk."""
        path = self._path(uri)
        if path is None:
            return
        text = self.buffers.texts.get(path)
        if text is None:
            text = _on_disk(path)
            self._uris[path] = uri
            self.rescan()
        for change in changes:
            if isinstance(change, TextDocumentContentChangePartial):
                text = changed(text, change.range.start, change.range.end, change.text)
            else:
                text = change.text
        self._put(path, text)
        for session in self._sessions.values():
            session.touch(path)
        if Path(path).name in CONFIG_NAMES:
            self.rescan()

    def close(self, uri: str) -> None:
        """A text is closed: the file on the disk counts again, if there is one."""
        path = self._path(uri)
        self._unsaved.pop(uri, None)
        if path is not None:
            self.buffers.texts.pop(path, None)
            self._pages.pop(path, None)
            self._uris.pop(path, None)
            self.rescan()

    def _path(self, uri: str) -> str | None:
        return self._unsaved.get(uri) or path_of(uri)

    def _free(self, uri: str) -> str:
        """A place for a text without a file, in the first folder and beside everything that is there."""
        name = _NO_NAME.sub("-", unquote(uri).removeprefix(_UNSAVED)).strip("-.")[-_LONGEST:] or "untitled"
        stem = name.removesuffix(".yaml").removesuffix(".yml")
        for number in count(1):
            path = self._folders[0] / (f"{stem}.yaml" if number == 1 else f"{stem}-{number}.yaml")
            if not self.buffers.lexists(path):
                return os.path.normpath(path)
        raise AssertionError  # numbers do not end

    def rescan(self) -> None:
        """Files on the disk may have changed."""
        for session in self._sessions.values():
            session.rescan()

    def _put(self, path: str, text: str) -> None:
        # Half of a pair of UTF-16 is no character: no file can hold it, and nothing can read it.
        self.buffers.texts[path] = text if text.isascii() else _HALVES.sub("\ufffd", text)
        self._pages.pop(path, None)

    def refresh(self) -> None:
        """Check again what has changed."""
        homes = {self._home(Path(path)) for path in self.buffers.texts if path.endswith(SUFFIXES)}
        for here in {*self._folders, *homes}:
            if here not in self._sessions:
                whole = here in self._folders
                self._sessions[here] = Session(here, self.buffers, whole=whole, today=self._today)
        for here in list(self._sessions):
            if here not in self._folders and here not in homes:
                del self._sessions[here]
        for session in self._sessions.values():
            if session.stale:
                session.refresh()

    def _home(self, path: Path) -> Path:
        """The open folder that a file lies in; its own folder without one."""
        around = [folder for folder in self._folders if path.is_relative_to(folder)]
        return max(around, key=lambda f: len(f.parts), default=path.parent)

    def diagnostics(self) -> dict[str, list[Diagnostic]]:
        """Diagnostics by address: all of them for open texts, for other files what keeps them from being checked."""
        found: dict[str, list[Diagnostic]] = {}
        used: dict[int, Diagnostics] = {}
        for session in self._sessions.values():
            for desk in session.desks():
                made = self._diagnostics.get(id(desk)) or self._maker(session)
                used[id(desk)] = made
                wanted = {p for p in desk.texts if self.everywhere or session.place(p) in self.buffers.texts}
                for shown, listed in made.of(desk, wanted).items():
                    found.setdefault(self.uri(session.place(shown)), []).extend(listed)
        self._diagnostics = used
        return found

    def _maker(self, session: Session) -> Diagnostics:
        places: dict[str, str] = {}

        def place(shown: str) -> str:
            if shown not in places:
                places[shown] = session.place(shown)
            return places[shown]

        return Diagnostics(lambda p: self.page(place(p)), lambda p: self.uri(place(p)))

    def page(self, path: str) -> Page:
        """The text of a file as it is now."""
        page = self._pages.get(path)
        text = self.buffers.texts.get(path)
        if page is not None and (text is None or page.text is text):
            return page
        page = Page(text if text is not None else _on_disk(path))
        if text is not None:
            self._pages[path] = page
        return page

    def uri(self, path: str) -> str:
        """The address of a file, as the editor wrote it where it is open."""
        return self._uris.get(path) or str(from_fs_path(path))

    def session_of(self, path: str) -> Session | None:
        """The folder that a file is checked with."""
        return self._sessions.get(self._home(Path(path)))

    def spot(self, uri: str, position: Position) -> Spot | None:
        """A position in a text; ``None`` where there is no such file."""
        path = self._path(uri)
        if path is None:
            return None
        page = self.page(path)
        session = self.session_of(path)
        hit = session.desk_of(path) if session is not None else None
        desk, shown = hit if hit is not None else (None, path)
        overlay = desk is not None and any(name == shown for name, _ in desk.overlays())
        return Spot(path, page, page.offset(position), desk, shown, overlay)

    def desks(self, path: str) -> Iterator[Desk]:
        """Projects whose ids can be meant in a file: its own, else all of its folder."""
        session = self.session_of(path)
        if session is None:
            return
        hit = session.desk_of(path)
        yield from [hit[0]] if hit is not None else session.desks()


def path_of(uri: str) -> str | None:
    """The normal absolute path of an address; ``None`` where it is no file."""
    try:
        path = to_fs_path(uri)
    except (ValueError, AttributeError):
        return None
    if not path or "\x00" in path:
        return None
    return os.path.normpath(path)


def _on_disk(path: str) -> str:
    """The text of a file; empty where it cannot be read."""
    try:
        text = decode(Path(path).read_bytes(), path)
    except OSError:
        return ""
    return text if isinstance(text, str) else ""
