"""A design as a document: to download, or as a new file below the folder of the studio."""

from pathlib import Path

from metriclint.files.patch import set_values
from metriclint.files.yaml_text import mapping_lines
from metriclint.model.project import Project
from metriclint.questionnaire.writing import card_text
from metriclint.schemas import schema
from metriclint.sources.discover import SUFFIXES
from metriclint.studio.design import Design
from metriclint.studio.workbench import Workbench

_MOST = 1_000
"""Numbers behind a name that are tried."""


def document(design: Design, id_: str) -> str:
    """The design as YAML text, each fact below the question that it answers. Raises PatchError."""
    if design.base is not None:
        lines = "\n".join(mapping_lines(design.card(), (), {}, "    "))
        return f"metriclint: 1\nmetrics:\n  {id_}:\n{lines}\n"
    text = card_text({**design.answers, "title": design.title}, id_, schema("document")["$id"])
    more = [(("metrics", id_, *route), value) for route, value in design.further()]
    return set_values(text, more, f"{id_}.yaml") if more else text


def save(design: Design, workbench: Workbench) -> str:
    """Write a design as a new file where the cards of the project lie. Nothing is overwritten.

    Returns the path below the folder. Raises OSError, Outside or PatchError; then nothing was written.
    """
    folder, taken = folder_of(workbench, workbench.project), set(workbench.loaded_metrics())
    for number in range(1, _MOST):
        id_ = design.id if number == 1 else f"{design.id}-{number}"
        path = f"{folder}{id_}.yaml"
        if id_ in taken:
            continue
        try:
            workbench.folder.write_new(path, document(design, id_).encode("utf-8"))
        except FileExistsError:
            continue
        return path
    raise FileExistsError(17, "every name like it is taken", design.id)


def folder_of(workbench: Workbench, project: Project) -> str:
    """Where cards of a project lie: the first folder that its configuration names, as the beginning of a path."""
    above = f"{project.name}/" if project.name not in ("", ".") else ""
    for path in project.config.paths:
        place = workbench.folder.path(f"{above}{path}")
        if path != "." and (place.is_dir() or not (place.exists() or Path(path).name.endswith(SUFFIXES))):
            return f"{above}{path.strip('/')}/"
    return above
