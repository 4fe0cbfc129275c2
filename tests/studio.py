"""The studio for tests: asked in this process, or served on a free port as people have it."""

import contextlib
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from conftest import TODAY
from starlette.testclient import TestClient

from metriclint.studio.app import studio_app

BASE = "http://127.0.0.1:8765"
WORD = re.compile(r'name="word" value="([\w-]+)"')


class Asked:
    """The studio of a folder, asked by our own pages."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self.told: list[str] = []
        app = studio_app(folder, today=lambda: TODAY, tell=self.told.append, **options)
        self.client = TestClient(app, base_url=BASE, follow_redirects=False)

    @property
    def word(self) -> str:
        """The word that stands in the forms of our pages."""
        found = WORD.search(self.get("/").text)
        assert found
        return found[1]

    def get(self, path: str, **options: Any) -> httpx.Response:
        """A page."""
        return self.client.get(path, **options)

    def post(self, path: str, headers: dict[str, str] | None = None, **fields: Any) -> httpx.Response:
        """Send a form as our pages do."""
        return self.client.post(path, data={"word": self.word, **fields}, headers={"origin": BASE, **(headers or {})})

    def begin(self, **fields: Any) -> str:
        """Begin a design. Returns the path of its page."""
        answer = self.post("/designs", **(fields or {"title": "Calls answered"}))
        assert answer.status_code == 303
        return answer.headers["location"]


@contextlib.contextmanager
def served(folder: Path, told: list[str] | None = None) -> Iterator[str]:
    """The studio of a folder on a free port, by its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    app = studio_app(folder, today=lambda: TODAY, tell=(told if told is not None else []).append)
    settings = uvicorn.Config(app, http="h11", ws="none", lifespan="off", log_level="critical", access_log=False)
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()
