"""Who may ask the studio for what, and that nothing that is sent to it brings it down."""

import signal
import socket
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from conftest import Cli, Write
from starlette.routing import Route
from studio import BASE, Asked, served

from metriclint.studio.pages import routes

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"
POSTS = sorted(r.path for r in routes() if isinstance(r, Route) and "POST" in (r.methods or ()))


@pytest.fixture
def studio(tmp_path: Path) -> Asked:
    return Asked(tmp_path)


def filled(path: str, asked: Asked) -> str:
    return path.replace("/designs/{id}", asked.begin()) if "{id}" in path else path


def test_every_page_that_changes_something_is_known() -> None:
    assert len(POSTS) >= 7


@pytest.mark.parametrize("path", POSTS)
def test_a_form_without_our_word_is_refused(studio: Asked, path: str) -> None:
    for fields in ({}, {"word": "guessed"}, {"word": "ü"}):
        answer = studio.client.post(filled(path, studio), data={"title": "x", **fields}, headers={"origin": BASE})
        assert answer.status_code == 403


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "headers", [{"origin": "http://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}]
)
def test_a_form_of_another_page_is_refused_even_with_our_word(
    studio: Asked, path: str, headers: dict[str, str]
) -> None:
    assert studio.post(filled(path, studio), headers=headers, title="x").status_code == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8765", "192.168.1.7", "", "[::", "a b"]
)
def test_another_name_for_this_machine_is_refused(studio: Asked, host: str) -> None:
    assert studio.get("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost:8765", "127.0.0.1", "[::1]:9000", "LOCALHOST", "localhost."])
def test_names_that_only_this_machine_has_are_taken(studio: Asked, host: str) -> None:
    assert studio.get("/", headers={"host": host}).status_code == 200


class Inline(HTMLParser):
    """What a strict policy would not run or apply."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in names):
            self.found.append(tag)
        self.found += [f"{tag} {name}" for name in names if name == "style" or name.startswith("on")]


def test_every_page_forbids_what_stands_in_line_and_has_nothing_of_it(studio: Asked) -> None:
    design = studio.begin(example="tokens")
    for path in ("/", design, "/compare", "/questionnaire", "/nothing-here", "/static/studio.js", "/pictures.css"):
        answer = studio.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        inline = Inline()
        inline.feed(answer.text if "html" in answer.headers["content-type"] else "")
        assert inline.found == []


def test_what_people_write_stays_text(studio: Asked) -> None:
    design = studio.begin(title=HOSTILE)
    studio.post(
        design, title=HOSTILE, goal=HOSTILE, shortcut=HOSTILE, counter=HOSTILE, consequence="pay", harms=HOSTILE
    )
    for path in (design, "/", f"/compare?left={design[9:]}.0&right={HOSTILE}"):
        page = studio.get(path).text
        assert "<script>alert" not in page
        assert "<img" not in page
    assert "{{7*7}}" in studio.get(design).text


def test_a_token_is_asked_for_once_where_the_studio_is_shared(tmp_path: Path) -> None:
    shared = Asked(tmp_path, token="secret-token")
    assert shared.get("/").status_code == 401
    assert shared.get("/questionnaire?token=wrong").status_code == 401
    # The page that asks has the looks of the others, and nothing but those is given away.
    assert '<link rel="stylesheet" href="/static/studio.css">' in shared.get("/").text
    assert shared.get("/static/studio.css").status_code == 200
    for path in ("../project", "%2e%2e/project", "..", "%2e%2e/templates/base.html"):
        assert shared.get(f"/static/{path}").status_code in (401, 404)
    assert shared.client.post("/designs", data={"title": "x"}).status_code == 401
    entered = shared.get("/questionnaire?token=secret-token&x=1")
    assert entered.headers["location"] == "/questionnaire?x=1"
    assert "HttpOnly" in entered.headers["set-cookie"]
    assert shared.get("/questionnaire").status_code == 200
    assert shared.get("/", headers={"host": "192.168.1.7:8765"}).status_code == 200
    assert shared.get("/", headers={"host": "evil.example"}).status_code == 421
    assert Asked(tmp_path, token="another").get("/", headers={"host": "192.168.1.7"}).status_code == 401


def test_the_token_leads_nowhere_else(tmp_path: Path) -> None:
    shared = Asked(tmp_path, token="secret-token")
    answer = shared.client.get("http://127.0.0.1:8765//evil.example/?token=secret-token")
    assert answer.headers["location"].startswith("/evil.example")


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (b"title=" + b"x" * 1_100_000, "application/x-www-form-urlencoded", 413),
        (b"&".join(b"a=1" for _ in range(3000)), "application/x-www-form-urlencoded", 413),
        (b'{"title": "x"}', "application/json", 415),
        (b"\xff\xfe\x00=\x00", "application/x-www-form-urlencoded", 403),
    ],
)
def test_a_body_that_is_no_form_of_ours_is_refused(studio: Asked, body: bytes, kind: str, code: int) -> None:
    answer = studio.client.post("/designs", content=body, headers={"content-type": kind, "origin": BASE})
    assert answer.status_code == code
    assert studio.get("/").status_code == 200
    assert studio.told == []


def test_a_failure_inside_is_told_and_the_studio_goes_on(studio: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("broken on purpose")

    design = studio.begin()
    with monkeypatch.context() as patch:
        patch.setattr("metriclint.studio.workbench.Workbench.look", broken)
        answer = studio.get(design)
    assert answer.status_code == 500
    assert "Nothing was written" in answer.text
    assert studio.told == [f"error at {design!r}: ValueError: broken on purpose"]
    assert studio.get(design).status_code == 200


def test_a_client_that_goes_away_does_no_harm(tmp_path: Path) -> None:
    told: list[str] = []
    with served(tmp_path, told) as base:
        host, port = "127.0.0.1", int(base.rpartition(":")[2])
        head = f"POST /designs HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        for sent in (
            f"{head}Content-Length: 5000\r\n\r\ntitle=half",
            "GET / HTT",
            "GET /questionnaire HTTP/1.1\r\nHost: x",
        ):
            with socket.create_connection((host, port)) as line:
                line.sendall(sent.encode())
        with socket.create_connection((host, port)) as line:
            line.sendall(f"GET /questionnaire HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        with socket.create_connection((host, port)) as line:
            line.sendall(b"\x16\x03\x01 this is no HTTP\r\n\r\n")
            assert line.recv(100).startswith(b"HTTP/1.1 400")
        assert httpx.get(base).status_code == 200
    assert told == []


def test_a_port_in_use_is_said_and_nothing_is_started(cli: Cli) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = cli("studio", "--port", str(port))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        f"error: port {port} is in use, maybe by another studio; choose one with --port, 0 takes a free one\n"
    )


def test_an_address_that_others_reach_has_to_be_meant(cli: Cli) -> None:
    for host in ("0.0.0.0", "::"):
        ran = cli("studio", "--host", host)
        assert ran.code == 2
        assert ran.err == (
            f'error: --host "{host}" can be reached from other machines; with --share everybody is asked for a token\n'
        )


def test_an_address_that_is_none_is_said(cli: Cli) -> None:
    for host in ("", "a b", "x" * 300):
        assert cli("studio", "--host", host).err == f'error: --host "{host}" is no address of this machine\n'


def test_a_folder_that_is_none_is_said(cli: Cli, write: Write) -> None:
    write("file.yaml", "metriclint: 1\n")
    assert cli("studio", "file.yaml").err == "error: file.yaml is no folder\n"
    assert cli("studio", "nowhere").err == "error: no such folder: nowhere\n"
    assert cli("studio", "nowhere").code == 2


def test_without_its_packages_it_says_what_to_install(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    ran = cli("studio")
    assert (ran.code, ran.err) == (2, "error: the studio needs more packages: pip install 'metriclint[studio]'\n")


@pytest.mark.skipif(sys.platform == "win32", reason="stops by a signal")
def test_the_command_serves_until_it_is_stopped(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "metriclint", "studio", "--port", "0"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = process.stdout.readline()
    address = said.removeprefix("The studio is open at ").strip()
    assert httpx.get(address).status_code == 200
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert out.splitlines()[-1] == "The studio has stopped."
    assert (process.returncode, err) == (0, "")
    assert list(tmp_path.iterdir()) == []
