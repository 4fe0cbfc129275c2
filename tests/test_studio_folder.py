"""Only what lies below the folder of the studio is read or written, not through a link either."""

import os
from pathlib import Path

import pytest
from cards import RANKED
from conftest import TODAY, Write

from metriclint.studio.design import Design
from metriclint.studio.folder import Folder, Outside
from metriclint.studio.saving import save
from metriclint.studio.workbench import Workbench


@pytest.fixture
def below(tmp_path: Path) -> Path:
    made = tmp_path / "below"
    made.mkdir()
    return made


def bench(root: Path) -> Workbench:
    made = Workbench(Folder(root), lambda: TODAY)
    made.refresh()
    return made


def test_names_that_lead_out_are_refused(below: Path, write: Write) -> None:
    write("secret.yaml", "x")
    (below / "out").symlink_to(below.parent)
    (below / "file.yaml").symlink_to(below.parent / "secret.yaml")
    folder = Folder(below)
    for name in ("../secret.yaml", "/etc/passwd", "out/secret.yaml", "file.yaml", "a/../../secret.yaml", "x\x00y"):
        with pytest.raises(Outside):
            folder.path(name)
    assert folder.path("metrics/new.yaml") == Path(os.path.realpath(below)) / "metrics" / "new.yaml"


def test_links_that_lead_out_are_not_read(below: Path, write: Write) -> None:
    write("outside/secret.yaml", RANKED)
    write("below/metriclint.toml", "")
    write("below/real/own.yaml", RANKED)
    (below / "linked.yaml").symlink_to(below.parent / "outside" / "secret.yaml")
    (below / "linked").symlink_to(below.parent / "outside")
    (below / "inside.yaml").symlink_to(below / "real" / "own.yaml")
    read = {path for project in bench(below).loaded.projects for path in project.texts}
    assert read == {"inside.yaml", "real/own.yaml"}


def test_a_configuration_above_the_folder_is_not_read(below: Path, write: Write) -> None:
    write("metriclint.toml", 'paths = ["outside"]\n')
    write("outside/secret.yaml", RANKED)
    write("below/own.yaml", RANKED)
    assert {path for p in bench(below).loaded.projects for path in p.texts} == {"own.yaml"}


@pytest.mark.parametrize("setting", ['paths = ["../outside"]', 'packs = ["../outside"]', 'packs = ["./linked"]'])
def test_a_configuration_that_leads_out_is_a_problem_and_the_studio_goes_on(
    below: Path, write: Write, setting: str
) -> None:
    write("outside/secret.yaml", RANKED)
    write("below/metriclint.toml", f"{setting}\n")
    write("below/own.yaml", RANKED)
    (below / "linked").symlink_to(below.parent / "outside")
    made = bench(below)
    assert made.problems
    assert all("secret" not in path for p in made.loaded.projects for path in p.texts)
    assert made.look(Design({"title": "Calls"})).problems == []


def test_a_broken_document_is_told_and_designs_are_checked_alone(below: Path, write: Write) -> None:
    write("below/own.yaml", "metriclint: 1\nmetrics: {calls: {titel: Calls}}\n")
    made = bench(below)
    assert {(p.path, p.line) for p in made.problems} == {("own.yaml", 2)}
    assert made.look(Design({"title": "Calls"})).problems == []


def test_a_changed_file_is_seen(below: Path, write: Write) -> None:
    made = bench(below)
    assert list(made.loaded_metrics()) == []
    file = write("below/own.yaml", RANKED)
    made.refresh()
    assert len(list(made.loaded_metrics())) == 1
    file.unlink()
    made.refresh()
    assert list(made.loaded_metrics()) == []


def test_a_folder_with_very_many_files_is_looked_at_only_so_far(
    below: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(30):
        write(f"below/{number:02}.txt", "x")
    monkeypatch.setattr(Folder, "most", 20)
    made = bench(below)
    assert made.folder.full
    assert made.look(Design({"title": "Calls"})).problems == []


def test_a_design_is_saved_as_a_new_file_and_never_over_another(below: Path, write: Write) -> None:
    made = bench(below)
    design = Design({"title": "Calls answered"})
    assert save(design, made) == "calls-answered.yaml"
    made.refresh()
    assert save(design, made) == "calls-answered-2.yaml"
    write("below/calls-answered-3.yaml", "mine")
    made.refresh()
    assert save(design, made) == "calls-answered-4.yaml"
    assert (below / "calls-answered-3.yaml").read_text() == "mine"
    write("below/metriclint.toml", 'paths = ["metrics"]\n')
    made.refresh()
    assert save(design, made) == "metrics/calls-answered.yaml"
    assert "title: Calls answered" in (below / "calls-answered.yaml").read_text()


def test_nothing_is_saved_through_a_link_that_leads_out(below: Path, write: Write) -> None:
    write("outside/x.txt", "x")
    write("below/metriclint.toml", 'paths = ["metrics"]\n')
    (below / "metrics").symlink_to(below.parent / "outside")
    with pytest.raises(Outside):
        save(Design({"title": "Calls"}), bench(below))
    assert [f.name for f in (below.parent / "outside").iterdir()] == ["x.txt"]
    (below / "dangling.yaml").symlink_to(below.parent / "outside" / "new.yaml")
    with pytest.raises((Outside, OSError)):
        Folder(below).write_new("dangling.yaml", b"x")
    assert [f.name for f in (below.parent / "outside").iterdir()] == ["x.txt"]
