"""The documents in the studio: what is wrong is shown in place, a text can be put right, and none is lost."""

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from cards import BROKEN, QUIET, RANKED
from conftest import Write
from studio import Asked
from test_studio_writing import DBT

from metriclint.studio.pages.files import LARGEST


@pytest.fixture
def studio(tmp_path: Path) -> Asked:
    return Asked(tmp_path)


def digest(page: str) -> str:
    found = re.search(r'name="digest" value="(\w+)"', page)
    assert found
    return found[1]


def test_a_broken_document_is_shown_with_its_errors_in_place(studio: Asked, write: Write) -> None:
    write("broken.yaml", BROKEN)
    page = studio.get("/files/text?path=broken.yaml").text
    assert re.search(r'<li id="l-4" class="at">.*titel: AI tokens used.*unknown key', page)
    assert "did you mean <code>title</code>?" in page
    assert "titel: AI tokens used" in page[page.index("<textarea") :]
    listed = studio.get("/files").text
    assert listed.index("broken.yaml") < listed.index("Line 4: ")


def test_a_text_that_is_put_right_is_written(studio: Asked, write: Write) -> None:
    file = write("broken.yaml", BROKEN)
    page = studio.get("/files/text?path=broken.yaml").text
    mended = file.read_text().replace("titel", "title").replace("activty", "activity").replace("\n", "\r\n")
    answer = studio.post("/files/text?path=broken.yaml", digest=digest(page), text=mended)
    assert answer.headers["location"] == "/files/text?path=broken.yaml&saved=1"
    assert file.read_bytes() == mended.replace("\r\n", "\n").encode()
    assert "Saved." in studio.get(answer.headers["location"]).text
    assert "Something here cannot be read" not in studio.get("/project").text


def test_a_text_that_cannot_be_read_is_kept_on_the_page_and_not_written(studio: Asked, write: Write) -> None:
    file = write("shop.yaml", QUIET)
    before = file.read_text()
    page = studio.get("/files/text?path=shop.yaml").text
    given = before.replace("kind: state", "kind: staate") + "# my thought\n"
    answer = studio.post("/files/text?path=shop.yaml", digest=digest(page), text=given)
    assert answer.status_code == 422
    assert "Nothing was written: the text below cannot be read yet." in answer.text
    assert "# my thought" in answer.text[answer.text.index("<textarea") :]
    assert file.read_text() == before
    anyway = studio.post("/files/text?path=shop.yaml", digest=digest(answer.text), text=given, anyway="yes")
    assert anyway.status_code == 303
    assert file.read_text() == given


def test_a_file_that_changed_meanwhile_is_not_written_over(studio: Asked, write: Write) -> None:
    file = write("shop.yaml", QUIET)
    page = studio.get("/files/text?path=shop.yaml").text
    file.write_text(file.read_text() + "# theirs\n")
    mine = QUIET.strip() + "\n# mine\n"
    answer = studio.post("/files/text?path=shop.yaml", digest=digest(page), text=mine)
    assert answer.status_code == 409
    assert "# theirs" in answer.text[: answer.text.index("<textarea")]
    assert "# mine" in answer.text[answer.text.index("<textarea") :]
    assert file.read_text().endswith("# theirs\n")


def test_a_file_that_was_deleted_meanwhile_is_told(studio: Asked, write: Write) -> None:
    file = write("shop.yaml", QUIET)
    page = studio.get("/files/text?path=shop.yaml").text
    file.unlink()
    assert studio.post("/files/text?path=shop.yaml", digest=digest(page), text="x").status_code == 404
    assert studio.get("/files/text?path=shop.yaml").status_code == 404
    assert not file.exists()
    assert studio.told == []


@pytest.mark.parametrize("path", ["../secret.yaml", "/etc/passwd", "notes.txt", "", "link.yaml", "a\x00b"])
def test_only_documents_of_the_folder_are_shown(tmp_path: Path, path: str) -> None:
    below = tmp_path / "below"
    below.mkdir()
    (tmp_path / "secret.yaml").write_text("secret: 1\n")
    (below / "notes.txt").write_text("secret")
    (below / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    studio = Asked(below)
    for address in ("/files/text", "/files/download"):
        answer = studio.client.get(address, params={"path": path})
        assert answer.status_code == 404
        assert "secret: 1" not in answer.text
    assert studio.post(f"/files/text?{urlencode({'path': path})}", digest="x", text="metriclint: 1\n").status_code in (
        403,
        404,
    )


def test_a_file_of_another_tool_is_not_changed_as_a_text(studio: Asked, write: Write) -> None:
    dbt = write("models/shop.yml", DBT)
    before = dbt.read_text()
    page = studio.get("/files/text?path=models/shop.yml").text
    assert "belongs to another tool (dbt)" in page
    assert "<textarea" not in page
    assert studio.post("/files/text?path=models/shop.yml", digest="x", text="x").status_code == 403
    assert dbt.read_text() == before


def test_ten_megabytes_are_shown_around_what_is_wrong(studio: Asked, tmp_path: Path) -> None:
    card = "".join(f"  metric-{n:05d}: {{title: Calls {n}, description: {'x' * 900}}}\n" for n in range(11_000))
    text = "metriclint: 1\nmetrics:\n" + card.replace("{title: Calls 9000,", "{titel: Calls 9000,")
    assert len(text) > 10_000_000
    (tmp_path / "large.yaml").write_text(text)
    page = studio.get("/files/text?path=large.yaml").text
    assert len(page) < 60_000
    assert "It has 11002 lines." in page
    assert 'id="l-9003" class="at"' in page
    assert "too large to be changed here" in page
    assert studio.get("/project").status_code == 200


def test_a_text_up_to_the_limit_can_be_changed(studio: Asked, write: Write) -> None:
    file = write("ai.yaml", RANKED)
    file.write_text(file.read_text() + "# " + "x" * (LARGEST - 600) + "\n")
    page = studio.get("/files/text?path=ai.yaml").text
    assert "<textarea" in page
    answer = studio.post("/files/text?path=ai.yaml", digest=digest(page), text=file.read_text() + "# more\n")
    assert answer.status_code == 303


def test_line_ends_of_the_file_stay(studio: Asked, write: Write) -> None:
    file = write("shop.yaml", QUIET)
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    page = studio.get("/files/text?path=shop.yaml").text
    text = file.read_bytes().decode() + "# more\r\n"
    assert studio.post("/files/text?path=shop.yaml", digest=digest(page), text=text).status_code == 303
    assert file.read_bytes() == text.encode()


def test_bytes_that_are_no_text_are_told(studio: Asked, tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes("metriclint: 1\nmetrics: {calls: {title: Qualit\u00e4t}}\n".encode("latin-1"))
    page = studio.get("/files/text?path=latin.yaml")
    assert page.status_code == 200
    assert "It is no text in UTF-8" in page.text
