"""What a review asks git, and what it says where git cannot answer. All repositories are real."""

import json
import os
import shutil
from pathlib import Path

import pytest
from committed import Committed
from conftest import TODAY, Cli, Ran

from metriclint.review.blobs import CommitTree
from metriclint.review.repository import Repository, RepositoryError
from metriclint.sources.load import Loaded, load

CARD = "metriclint: 1\nmetrics: {calls: {title: Calls, kind: activity, direction: up}}\n"
RANKED = """
metriclint: 1
metrics:
  calls:
    title: Calls made
    kind: activity
    direction: up
    subject: {level: individual}
    visibility: {audience: org, identified: true, ranked: true}
    consequences: [{kind: bonus, stated: used, access: individual}]
"""


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Committed:
    for name in [n for n in os.environ if n.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    return Committed(tmp_path)


def refused(ran: Ran, *parts: str) -> None:
    assert ran.code == 2, ran
    assert not ran.out
    assert "Traceback" not in ran.err
    for part in parts:
        assert part in ran.err


def declared(loaded: Loaded) -> tuple[object, ...]:
    projects = [(p.name, p.config, p.texts, p.metrics, p.boards, p.waivers) for p in loaded.projects]
    return projects, loaded.reported, loaded.problems, loaded.skipped, loaded.documents


# A commit reads like the disk


def of_commit(repo: Committed, *paths: str, here: str = ".") -> Loaded:
    folder = repo.folder / here
    repository = Repository(folder)
    with CommitTree(repository, repository.commit("HEAD")) as tree:
        return load(paths, folder, tree=tree)


@pytest.mark.parametrize("paths", [(), (".",), ("one",), ("one/a.yaml", "two"), ("gone.yaml",)])
@pytest.mark.parametrize("here", [".", "one", "one/deep"])
def test_a_commit_loads_like_the_folder_that_it_was_made_of(repo: Committed, here: str, paths: tuple[str, ...]) -> None:
    repo.write("one/metriclint.toml", 'paths = ["."]\nignore = ["GOV"]\n')
    repo.write("two/pyproject.toml", "[tool.metriclint]\nstrict = true\n")
    repo.write("two/node_modules/x.yaml", "metriclint: broken")
    repo.write(".hidden/x.yaml", "metriclint: broken")
    repo.write("two/notes.txt", "no document")
    repo.write("two/photo.yaml", b"\x89PNG\x00\xff")
    repo.commit(
        one__a=CARD,
        one__deep__b="metriclint: 1\nboards: {wall: {shows: [calls], audience: team}}\n",
        two__c=CARD,
        two__other="services: {}\n",
        loose="metriclint: 1\nmetrics: {x: {title: X, kind: nonsense}}\n",
    )
    assert declared(of_commit(repo, *paths, here=here)) == declared(load(paths, repo.folder / here))


def test_links_in_a_commit_lead_where_they_lead_on_a_disk(repo: Committed) -> None:
    repo.write("cards/real.yaml", CARD)
    (repo.folder / "cards/link.yaml").symlink_to("../other/second.yaml")
    repo.write("other/second.yaml", CARD.replace("calls", "visits"))
    (repo.folder / "cards/nowhere.yaml").symlink_to("missing.yaml")
    (repo.folder / "cards/round.yaml").symlink_to("round.yaml")
    (repo.folder / "cards/folder.yaml").symlink_to("../other")
    repo.commit()
    loaded = of_commit(repo, "cards")
    assert sorted(loaded.projects[0].metrics) == ["calls", "visits"]
    assert declared(loaded) == declared(load(["cards"], repo.folder))


def test_a_link_out_of_the_repository_is_not_followed(
    repo: Committed, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.yaml"
    outside.write_text(CARD)
    (repo.folder / "a.yaml").symlink_to(outside)
    (repo.folder / "b.yaml").symlink_to("../" * 30 + str(outside)[1:])
    repo.commit()
    messages = [p.message for p in of_commit(repo).problems]
    assert messages == ["cannot be read: the link leads out of the repository"] * 2


def test_names_with_spaces_line_breaks_and_other_bytes_are_read(repo: Committed) -> None:
    repo.write("Zürich und\nBern/calls \t.yaml", CARD)
    repo.write(os.fsdecode(b"\xff/b.yaml"), CARD.replace("calls", "visits"))
    repo.commit()
    loaded = of_commit(repo)
    assert declared(loaded) == declared(load([], repo.folder))
    assert sorted(loaded.projects[0].metrics) == ["calls", "visits"]
    deep = of_commit(repo, here="Zürich und\nBern")
    assert list(deep.projects[0].metrics) == ["calls"]


def test_a_submodule_is_an_empty_folder(repo: Committed) -> None:
    head = repo.commit(a=CARD)
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{head},vendored")
    repo.git("commit", "-q", "-m", "submodule")
    loaded = of_commit(repo, "vendored", "a.yaml")
    assert not loaded.problems
    assert list(loaded.projects[0].metrics) == ["calls"]


def test_a_pointer_to_large_file_storage_is_no_card_that_was_deleted(repo: Committed) -> None:
    repo.commit(a="version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    loaded = of_commit(repo, "a.yaml")
    assert "kept in git lfs" in loaded.problems[0].message


def test_nothing_of_the_repository_is_changed_by_a_review(repo: Committed, cli: Cli) -> None:
    repo.commit(a=CARD)
    repo.write("a.yaml", RANKED)
    repo.write("untracked.txt", "x")
    before = {f: f.read_bytes() for f in sorted(repo.folder.rglob("*")) if f.is_file()}
    cli("review", "--base", "HEAD", "--today", TODAY)
    assert {f: f.read_bytes() for f in sorted(repo.folder.rglob("*")) if f.is_file()} == before


# What is compared with what


def test_without_a_head_the_working_tree_counts_with_files_that_git_does_not_know(repo: Committed, cli: Cli) -> None:
    repo.commit(other="metriclint: 1\nmetrics: {x: {title: X, kind: outcome}}\n")
    repo.write("new/a.yaml", RANKED)
    ran = cli("review", "--base", "main", "--today", TODAY)
    assert ran.code == 1
    assert 'the metric "Calls made" was added' in ran.out
    repo.git("add", "-A")
    assert cli("review", "--base", "main", "--head", "main", "--today", TODAY).code == 0


def test_what_happened_on_the_base_since_is_no_part_of_the_change(repo: Committed, cli: Cli) -> None:
    repo.commit(a=RANKED)
    repo.git("switch", "-q", "-c", "proposal")
    repo.commit(b="metriclint: 1\nmetrics: {x: {title: X, kind: outcome}}\n")
    repo.git("switch", "-q", "main")
    repo.commit(a=RANKED.replace("ranked: true", "ranked: false"))
    ran = cli("review", "--base", "main", "--head", "proposal", "--today", TODAY)
    assert ran.code == 0
    assert "ranked" not in ran.out
    assert 'the metric "X" was added' in ran.out


def test_a_deleted_file_takes_its_metrics_with_it(repo: Committed, cli: Cli) -> None:
    repo.commit(a=RANKED, b="metriclint: 1\nmetrics: {x: {title: X, kind: outcome}}\n")
    (repo.folder / "a.yaml").unlink()
    for paths in ((), ("a.yaml",), (".",)):
        ran = cli("review", "--base", "HEAD", *paths, "--today", TODAY)
        assert ran.code == 0, ran
        assert 'the metric "Calls made" was removed' in ran.out


def test_a_deleted_file_that_another_one_needs_is_an_error_of_the_proposal(repo: Committed, cli: Cli) -> None:
    repo.commit(a=CARD, b="metriclint: 1\nboards: {wall: {shows: [calls], audience: team}}\n")
    (repo.folder / "a.yaml").unlink()
    refused(cli("review", "--base", "HEAD"), "b.yaml:2:", "calls")


def test_a_repository_can_be_asked_from_a_folder_inside(
    repo: Committed, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit(teams__a=CARD)
    repo.write("teams/a.yaml", RANKED)
    monkeypatch.chdir(repo.folder / "teams")
    ran = cli("review", "--base", "HEAD", "--today", TODAY)
    assert ran.code == 1
    assert "\na.yaml:" in ran.out


def test_a_bare_repository_has_commits_to_compare_and_no_working_tree(
    repo: Committed, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    repo.commit(a=CARD)
    repo.git("tag", "before")
    repo.commit(a=RANKED)
    bare = tmp_path_factory.mktemp("bare")
    repo.git("clone", "-q", "--bare", ".", str(bare))
    monkeypatch.chdir(bare)
    assert cli("review", "--base", "before", "--head", "main", "--today", TODAY).code == 1
    refused(cli("review", "--base", "before"), "--head")


# Where git cannot answer


def test_a_folder_outside_of_any_repository_is_told_to_use_check(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(CARD)
    refused(cli("review", "--base", "main"), "is in no git repository", "`metriclint check` needs none")


def test_a_missing_git_is_named(repo: Committed, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit(a=CARD)
    monkeypatch.setenv("PATH", str(repo.folder))
    refused(cli("review", "--base", "main"), "error: git is not installed, or not on the PATH")


def test_an_unknown_ref_is_named_with_the_one_that_was_probably_meant(repo: Committed, cli: Cli) -> None:
    repo.commit(a=CARD)
    repo.git("branch", "release")
    refused(cli("review", "--base", "relaese"), 'unknown commit, branch or tag "relaese": did you mean "release"?')
    refused(cli("review", "--base", "main", "--head", "0" * 40), f'unknown commit, branch or tag "{"0" * 40}"')


def test_a_branch_that_only_the_remote_has_is_named_in_full(repo: Committed) -> None:
    repo.commit(a=CARD)
    repo.git("update-ref", "refs/remotes/origin/develop", "HEAD")
    with pytest.raises(RepositoryError, match='"develop": did you mean "origin/develop"'):
        Repository(repo.folder).commit("develop")


def test_a_repository_without_a_commit_says_so(repo: Committed, cli: Cli) -> None:
    repo.write("a.yaml", CARD)
    refused(cli("review", "--base", "HEAD"), "the repository has no commit yet")


@pytest.mark.parametrize(
    "name", ["", "-n", "--all", "--upload-pack=touch x", "a\nb", "a\x00b", "HEAD:a.yaml", "HEAD^{tree}"]
)
def test_what_is_no_name_of_a_commit_is_refused_and_never_an_option_of_git(repo: Committed, name: str) -> None:
    repo.commit(a=CARD)
    with pytest.raises(RepositoryError, match=r"is no name of a commit|unknown commit"):
        Repository(repo.folder).commit(name)


def test_a_shallow_clone_without_the_base_is_told_to_fetch_it(
    repo: Committed, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    first = repo.commit(a=CARD)
    repo.commit(a=RANKED)
    clone = tmp_path_factory.mktemp("clone") / "shallow"
    repo.git("clone", "-q", "--depth", "1", f"file://{repo.folder}", str(clone))
    monkeypatch.chdir(clone)
    refused(cli("review", "--base", first), "this is a shallow clone", "git fetch --unshallow", "fetch-depth: 0")


def test_a_shallow_clone_that_has_both_commits_compares_them(
    repo: Committed, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    repo.commit(a=CARD)
    repo.git("switch", "-q", "-c", "proposal")
    repo.commit(a=RANKED)
    repo.git("switch", "-q", "main")
    repo.commit(b="metriclint: 1\nmetrics: {x: {title: X, kind: outcome}}\n")
    clone = tmp_path_factory.mktemp("clone") / "shallow"
    repo.git("clone", "-q", "--depth", "1", "--no-single-branch", f"file://{repo.folder}", str(clone))
    monkeypatch.chdir(clone)
    ran = cli("review", "--base", "origin/main", "--head", "origin/proposal", "--today", TODAY)
    assert ran.code == 1
    assert "this clone does not reach back" in ran.out


def test_a_shallow_clone_of_a_merge_knows_what_was_merged_into(
    repo: Committed, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """What a pipeline for a proposal has: the merge commit alone, and the base fetched beside it."""
    repo.commit(a=CARD)
    repo.git("switch", "-q", "-c", "proposal")
    repo.commit(a=RANKED)
    repo.git("switch", "-q", "main")
    base = repo.commit(b="metriclint: 1\nmetrics: {x: {title: X, kind: outcome}}\n")
    repo.git("merge", "-q", "--no-ff", "-m", "merge", "proposal")
    clone = tmp_path_factory.mktemp("clone") / "shallow"
    repo.git("clone", "-q", "--depth", "1", f"file://{repo.folder}", str(clone))
    repo.git("-C", str(clone), "fetch", "-q", "--depth", "1", "origin", base)
    monkeypatch.chdir(clone)
    ran = cli("review", "--base", base, "--today", TODAY)
    assert ran.code == 1
    assert "does not reach back" not in ran.out
    assert '"X"' not in ran.out


def test_a_partial_clone_that_lacks_a_card_says_so_and_fetches_nothing(
    repo: Committed, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    repo.commit(a=CARD)
    blob = repo.git("rev-parse", "HEAD:a.yaml")
    clone = tmp_path_factory.mktemp("clone") / "partial"
    shutil.copytree(repo.folder, clone)
    (clone / f".git/objects/{blob[:2]}/{blob[2:]}").unlink()
    monkeypatch.chdir(clone)
    ran = cli("review", "--base", "HEAD", "a.yaml", "--today", TODAY)
    assert "does not have its content" in ran.err + ran.out


# Files that are none


def test_a_binary_file_with_the_name_of_a_card_is_named(repo: Committed, cli: Cli) -> None:
    repo.commit(a=CARD)
    repo.write("a.yaml", b"\x89PNG\r\n\x1a\n\x00\x00\xff metriclint")
    refused(cli("review", "--base", "HEAD"), "a.yaml:1:1: binary data: this is no text file")
    refused(cli("check", "a.yaml"), "a.yaml:1:1: binary data")


def test_marks_of_a_merge_conflict_are_named(repo: Committed, cli: Cli) -> None:
    repo.commit(a=CARD)
    repo.write("a.yaml", f"<<<<<<< HEAD\n{CARD}=======\n{RANKED.lstrip()}>>>>>>> proposal\n")
    refused(cli("review", "--base", "HEAD"), "a.yaml:1:1: marks of a merge conflict: decide which side counts")
    repo.write("a.yaml", CARD + f"<<<<<<< HEAD\nboards: {{}}\n=======\nroles: {{}}\n>>>>>>> {'0' * 40}\n")
    refused(cli("check"), "a.yaml:3:1: marks of a merge conflict")


def test_a_comment_and_json_say_what_cannot_be_read_too(repo: Committed, cli: Cli) -> None:
    """So that a comment from before does not stand there as if it were about the proposal of now."""
    repo.commit(a=CARD)
    repo.write("a.yaml", CARD.replace("activity", "<b>@all</b>"))
    ran = cli("review", "--base", "HEAD", "--format", "comment")
    assert ran.code == 2
    assert ran.out.startswith("### Metric review: the declarations cannot be read yet <!-- metriclint:review -->\n")
    assert "There is 1 place to put right first:\n\n- a.yaml:2: " in ran.out
    assert "<b>" not in ran.out
    assert "@all" not in ran.out
    ran = cli("review", "--base", "HEAD", "--format", "json", "--output", "out.json")
    assert ran.code == 2
    assert "a.yaml:2:" in ran.err
    told = json.loads((repo.folder / "out.json").read_text(encoding="utf-8"))
    assert (told["wrong_side"], told["errors"][0]["path"], told["findings"]) == ("head", "a.yaml", [])


def test_an_output_that_cannot_be_written_leaves_nothing_behind(repo: Committed, cli: Cli) -> None:
    repo.commit(a=CARD)
    (repo.folder / "out").mkdir()
    before = sorted(repo.folder.rglob("*"))
    refused(cli("review", "--base", "HEAD", "--output", "out"), "out cannot be written: is a directory")
    assert sorted(repo.folder.rglob("*")) == before
