"""Times the studio beside a large estate: the live answer on the server and in a browser, and the pages of the project.

``python benchmarks/studio.py [--cards 500] [--runs 30]`` prints medians; the project promises at most 100 ms on the
server, for an answer and for a list, and 300 ms in the browser. Pages are timed after they were opened once. The
browser part needs playwright and a Chromium on the path.
"""

import argparse
import re
import shutil
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate import document

SERVER_BAR, BROWSER_BAR = 100.0, 300.0
PAGES = (
    "/project",
    "/metrics",
    "/metrics?q=tokens&severity=error",
    "/findings",
    "/map",
    "/map?family=visibility",
    "/waivers",
    "/rules",
    "/files",
    "/metrics/metric-000003",
)
LEVELS = ("person", "team", "site", "organisation")
CLICK = """([level, run]) => new Promise(done => {
    // Answers are remembered: each click is about a design that was not seen before.
    document.getElementById('a-goal').value = `Goal ${run}`;
    const begin = performance.now();
    new MutationObserver((_, watching) => { watching.disconnect(); done(performance.now() - begin); })
        .observe(document.getElementById('answer'), {childList: true});
    document.querySelector(`input[name=measured][value=${level}]`).click();
})"""


@contextmanager
def studio(folder: Path) -> Iterator[str]:
    """The studio of a folder, served by a thread."""
    import uvicorn

    from metriclint.studio.app import studio_app

    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(studio_app(folder), lifespan="off", log_level="critical", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()


def on_the_server(base: str, runs: int) -> tuple[list[float], list[float]]:
    """Milliseconds of answers to the story, each with another level; and of the options that follow."""
    import httpx

    from metriclint.studio.example import STORY

    with httpx.Client(base_url=base, headers={"origin": base}) as client:
        word = re.search(r'name="word" value="([\w-]+)"', client.get("/").text)
        assert word
        form = {"word": word[1], "example": "tokens"}
        design = client.post("/designs", data=form).headers["location"]
        answers = {k if v != "none" else f"{k}.none": v for k, v in STORY.items()}
        taken, followed = [], []
        for run in range(runs + 3):
            changed = {"measured": LEVELS[run % len(LEVELS)], "goal": f"Goal {run}"}
            data = {"word": word[1], "revision": str(run), **answers, **changed}
            begin = time.perf_counter()
            answer = client.post(design, data=data, headers={"x-studio-fragment": "1"})
            taken.append((time.perf_counter() - begin) * 1000)
            assert answer.status_code == 200
            assert 'class="finding' in answer.text
            begin = time.perf_counter()
            options = client.get(f"{design}/answer")
            followed.append((time.perf_counter() - begin) * 1000)
            assert 'class="offer' in options.text
    return taken[3:], followed[3:]


def of_the_project(base: str, runs: int) -> Iterator[tuple[str, float, float]]:
    """Milliseconds of each page of the project: the first time, and the median of later ones."""
    import httpx

    with httpx.Client(base_url=base) as client:
        for path in PAGES:
            taken = []
            for _ in range(max(runs // 3, 3) + 1):
                begin = time.perf_counter()
                assert client.get(path).status_code == 200
                taken.append((time.perf_counter() - begin) * 1000)
            yield path, taken[0], statistics.median(taken[1:])


def in_a_browser(base: str, runs: int, chromium: str) -> list[float]:
    """Milliseconds from a click on an answer until what it means stands on the page."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(base)
        page.get_by_role("button", name="Open the story").click()
        page.wait_for_url("**/designs/*")
        taken = [page.evaluate(CLICK, [LEVELS[(run + 1) % len(LEVELS)], run]) for run in range(runs + 3)]
        browser.close()
    return [float(each) for each in taken[3:]]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=500)
    parser.add_argument("--runs", type=int, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "estate.yaml").write_text(document(options.cards), encoding="utf-8")
        with studio(Path(folder)) as base:
            mine, followed = map(statistics.median, on_the_server(base, options.runs))
            print(f"server, {options.cards} cards   {mine:6.1f} ms   bar {SERVER_BAR:.0f}")
            print(f"options, after it    {followed:6.1f} ms")
            for path, first, later in of_the_project(base, options.runs):
                print(f"{path:34} {later:6.1f} ms   bar {SERVER_BAR:.0f}   first {first:.0f}")
            chromium = shutil.which("chromium") or shutil.which("google-chrome")
            if chromium is None:
                print("browser: no Chromium on the path")
                return
            seen = statistics.median(in_a_browser(base, options.runs, chromium))
            print(f"click to answer      {seen:6.1f} ms   bar {BROWSER_BAR:.0f}")


if __name__ == "__main__":
    main()
