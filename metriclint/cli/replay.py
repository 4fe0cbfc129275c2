"""The verdict cache: a run whose inputs are the same as before prints what it printed before.

Everything that a run opens or lists is an input of it; an audit hook notes each with its size and time of change,
before it is read. A record holds for the same arguments, folder, day, terminal and program. What was changed so shortly
before that its time does not tell is compared by content. This module is all that a replay imports, so it keeps to the
bare interpreter. Records that are broken or foreign are as good as none, and writing one may fail without a word.
"""

import os
import sys
import time
import zlib

from metriclint.version import VERSION

_MAGIC = f"metriclint verdict 2 {VERSION}"
_CONFIGS = ("metriclint.toml", "pyproject.toml")
_NOT_FOR = ("-", "--output", "--no-cache", "--watch", "--help", "--changed")
_SHORTLY = 2_000_000_000
"""Nanoseconds within which a second change may leave a file's time as it was."""
_KEPT = 300
"""Records that are kept, the latest ones."""
_LARGEST = 20_000_000
"""Bytes of a report from which on it is not kept."""
_CODE = (".py", ".pyc", ".so", ".pyd", ".pth")


class _Run:
    """A run that is being recorded."""

    def __init__(self, arguments: "list[str]", key: str) -> None:
        self.arguments = arguments
        self.key = key
        self.open = True
        self.inputs: dict[str, str] = {}

    def see(self, event: str, details: "tuple[object, ...]") -> None:
        """The audit hook: note what is opened for reading, and what is listed."""
        # Imports list their folders another way (os.listdir), which nothing of ours does.
        if not self.open or event not in ("open", "os.scandir"):
            return
        path = details[0]
        if isinstance(path, os.PathLike):
            path = os.fspath(path)
        if isinstance(path, bytes):
            path = os.fsdecode(path)
        if not isinstance(path, str):
            return
        if event == "open":
            mode, flags = details[1], details[2]
            writes = mode not in ("r", "rb", None) or (isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR))
            if writes or path.endswith(_CODE):
                return
        try:
            path = os.path.join(os.getcwd(), path)  # noqa: PTH109, PTH118 (no pathlib here)
        except OSError:  # the folder is gone: nothing can hold from here on
            self.open = False
            return
        if path not in self.inputs:
            self.inputs[path] = _stamp(path)


_running: "_Run | None" = None


def _stamp(path: str) -> str:
    """What tells whether a file or folder is the same: times of change, size and node; empty where there is none.

    Two times: that of the content can be set back, as unpacking and copying do, and that of the node cannot.
    """
    try:
        found = os.stat(path)  # noqa: PTH116
    except OSError:
        return ""
    return f"{found.st_mtime_ns} {found.st_ctime_ns} {found.st_size} {found.st_ino}"


def cache_folder() -> str:
    """Where records lie."""
    folder = os.environ.get("METRICLINT_CACHE_DIR")
    if folder:
        return folder
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return os.path.join(base or os.path.expanduser("~/.cache"), "metriclint")  # noqa: PTH111, PTH118


def code_stamp() -> str:
    """Where the program lies, and in a source tree its newest change; its rules are inputs like others."""
    home = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    if not os.path.exists(os.path.join(os.path.dirname(home), "pyproject.toml")):  # noqa: PTH110, PTH118, PTH120
        return home
    newest, waiting = 0, [home]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir():
                    if entry.name != "__pycache__":
                        waiting.append(entry.path)
                elif entry.name.endswith(".py"):
                    newest = max(newest, entry.stat().st_mtime_ns)
    return f"{home} {newest}"


def _key(arguments: "list[str]") -> str:
    terminal = "tty" if sys.stdout is not None and sys.stdout.isatty() else ""
    colour = os.environ.get("NO_COLOR", "")
    # Packs are looked for where Python looks for packages.
    packages = f"{sys.prefix} {os.environ.get('PYTHONPATH', '')}"
    day = time.strftime("%Y-%m-%d")
    parts = [os.getcwd(), day, terminal, colour, code_stamp(), packages, *arguments]  # noqa: PTH109
    return "\t".join(part.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n") for part in parts)


def _file_of(key: str) -> str:
    data = os.fsencode(key)
    return os.path.join(cache_folder(), f"{zlib.crc32(data):08x}{zlib.adler32(data):08x}")  # noqa: PTH118


def replay(arguments: "list[str]") -> "int | None":
    """Print the report of an earlier run with these arguments, where it still holds. Returns its exit code.

    Where there is none, the run is recorded from here on, until :func:`keep` or the end of the process.
    """
    global _running
    if arguments[:1] != ["check"] or any(map(_does_more, arguments)) or sys.stdout is None:
        return None
    try:
        key = _key(arguments)
        known = _read(key)
    except OSError:
        return None
    if known is None:
        _running = _Run(arguments, key)
        sys.addaudithook(_running.see)
        return None
    code, report = known
    try:
        sys.stdout.buffer.write(report)
        sys.stdout.buffer.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            sys.stderr.write(f"error: standard output cannot be written: {(error.strerror or 'error').lower()}\n")
            return 2
    return code


def _does_more(argument: str) -> bool:
    """Does an argument ask for more than a report on standard output: a file (``json=FILE``), another input."""
    option, _, value = argument.partition("=")
    if not option.startswith("--"):
        # Short options can stand together, as in -vo FILE.
        return "=" in argument or (option.startswith("-") and option.strip("-v") != "") or option in _NOT_FOR
    return option in _NOT_FOR or "=" in value


def _read(key: str) -> "tuple[int, bytes] | None":
    """Exit code and report of a record that still holds."""
    try:
        with open(_file_of(key), "rb") as file:  # noqa: PTH123
            head, _, rest = file.read().partition(b"\n")
    except FileNotFoundError:
        return None
    if head != f"{_MAGIC} {zlib.crc32(rest):08x}".encode():
        return None
    inputs, _, report = rest.partition(b"\n\n")
    lines = os.fsdecode(inputs).split("\n")
    if lines[0] != key or len(lines) < 2:
        return None
    for line in lines[2:]:
        stamp, content, path = line.split("\t")
        if _stamp(path) != stamp or (content and content != _content(path)):
            return None
    return int(lines[1]), report


def _content(path: str) -> str:
    """A digest of a file's content, or of the names in a folder."""
    import hashlib

    try:
        if os.path.isdir(path):  # noqa: PTH112
            data = "\n".join(sorted(os.listdir(path))).encode("utf-8", "surrogateescape")  # noqa: PTH208
        else:
            with open(path, "rb") as file:  # noqa: PTH123
                data = file.read()
    except OSError:
        return "none"
    return hashlib.sha256(data).hexdigest()


def keep(code: int, report: bytes) -> None:
    """Remember how the recorded run ended, if one is recorded."""
    global _running
    run, _running = _running, None
    if run is None or not run.open:
        return
    run.open = False
    try:
        _write(run, code, report)
    except (OSError, ValueError):
        return


def _write(run: _Run, code: int, report: bytes) -> None:
    # What the key says can have changed meanwhile: a day ends.
    if len(report) > _LARGEST or _key(run.arguments) != run.key:
        return
    now = time.time_ns()
    for folder in {os.path.dirname(path) for path in run.inputs} | {os.getcwd()}:  # noqa: PTH109, PTH120
        for above in _chain(folder):
            for name in _CONFIGS:
                path = os.path.join(above, name)  # noqa: PTH118
                run.inputs.setdefault(path, _stamp(path))
    lines = [run.key, str(code)]
    for path, stamp in sorted(run.inputs.items()):
        if "\n" in path or "\t" in path:
            return
        fresh = bool(stamp) and now - max(map(int, stamp.split(" ")[:2])) < _SHORTLY
        if stamp != _stamp(path):
            return
        lines.append(f"{stamp}\t{_content(path) if fresh else ''}\t{path}")
    rest = os.fsencode("\n".join(lines)) + b"\n\n" + report
    os.makedirs(cache_folder(), mode=0o700, exist_ok=True)  # noqa: PTH103
    file = _file_of(run.key)
    beside = f"{file}.{os.getpid()}"
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(f"{_MAGIC} {zlib.crc32(rest):08x}\n".encode() + rest)
        os.replace(beside, file)  # noqa: PTH105
    except OSError:
        os.unlink(beside)  # noqa: PTH108
    _prune()


def _chain(folder: str) -> "list[str]":
    found = [folder]
    while os.path.dirname(folder) != folder:  # noqa: PTH120
        folder = os.path.dirname(folder)  # noqa: PTH120
        found.append(folder)
    return found


def _prune() -> None:
    """Forget the oldest records. Whatever else lies there is not ours."""
    with os.scandir(cache_folder()) as entries:
        files = [(entry.stat().st_mtime_ns, entry.path) for entry in entries if _is_record(entry.name)]
    for _, path in sorted(files)[: max(0, len(files) - _KEPT)]:
        os.unlink(path)  # noqa: PTH108


def _is_record(name: str) -> bool:
    """Is a name one that a record has, or one that was left half-written."""
    record, _, process = name.partition(".")
    return len(record) == 16 and not record.strip("0123456789abcdef") and (not process or process.isdigit())
