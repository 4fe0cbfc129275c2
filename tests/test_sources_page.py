"""docs/sources.md is run: its files are written, its commands give what it shows, and it names what there is."""

import re
from pathlib import Path

import pytest
from conftest import ROOT, Cli
from pages import shown

from metriclint.model.mapping import FieldSource, Mapping
from metriclint.sources.lists.mapping import shipped_names

PAGE = ROOT / "docs" / "sources.md"


def test_the_page_shows_what_its_commands_give(cli: Cli, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    def run(command: str) -> str:
        ran = cli(*command.split()[1:])
        return (ran.out + ran.err).rstrip()

    def live(page: str) -> str:
        from pages import lived

        return lived(page, run)

    shown(PAGE, live, request)


def test_the_page_explains_every_key_and_every_mapping() -> None:
    page = PAGE.read_text(encoding="utf-8")
    keys = {f"`{name}`" for name in re.findall(r"`([\w.-]+)`", page)} | set(re.findall(r"`(\w+): ", page))
    for struct in (Mapping, FieldSource):
        for name in struct.__struct_encode_fields__:
            assert f"`{name}`" in keys or name in ("mapping", "description"), name
    for name in shipped_names():
        assert f"`{name}`" in page, name
