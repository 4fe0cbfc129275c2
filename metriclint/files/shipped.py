"""Where the files lie that come with metriclint: the rule catalogue and the examples."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def shipped(name: str) -> Path:
    """Folder of shipped files, in an installed wheel or in a source checkout.

    ``name`` is ``"rules"`` or ``"examples"``. Raises FileNotFoundError where the installation is incomplete.
    """
    for folder in (_PACKAGE / "_shipped" / name, _PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"metriclint is not installed completely: its {name!r} folder is missing")
