"""How far the settings of a repository reach: to its own files, so that a proposal cannot have others read."""

import os
from pathlib import Path


def leads_outside(place: Path, root: Path) -> bool:
    """Does a place that the settings in ``root`` name lie outside of the git repository of ``root``; links count.

    A message can quote a line of what is read, and who proposes a change writes the settings. Where there is no
    repository nothing is outside: whoever runs the check wrote the settings, too.
    """
    root = Path(os.path.realpath(root))
    for above in (root, *root.parents):
        if os.path.lexists(above / ".git"):
            try:
                # Not `resolve`, which raises where links go round in a circle.
                return not Path(os.path.realpath(place)).is_relative_to(above)
            except ValueError:  # a character that no name can have
                return True
    return False
