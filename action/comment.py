"""Puts a review on its pull request: one comment, updated in place. Needs nothing but Python.

``python comment.py REPORT`` with ``GITHUB_API_URL``, ``GITHUB_REPOSITORY``, ``PULL_REQUEST`` and ``INPUT_TOKEN`` in the
environment. Exit 1 where the comment cannot be written (a token of a fork may only read); then the caller shows the
report elsewhere.
"""

import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path

MARKER = "<!-- metriclint:"
"""Begins every comment of ours; what follows it names the job."""


def call(method: str, path: str, body: object = None) -> object:
    """One call of the API. Raises URLError or OSError."""
    base = os.environ.get("GITHUB_API_URL", "https://api.github.com")
    request = urllib.request.Request(
        f"{base}/repos/{os.environ['GITHUB_REPOSITORY']}{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {os.environ['INPUT_TOKEN']}",
            "X-GitHub-Api-Version": "2022-11-28",
        },
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def marker_of(text: str) -> str:
    """The hidden marker that a comment carries; empty where it has none."""
    start = text.find(MARKER)
    return text[start : text.find("-->", start) + 3] if start >= 0 else ""


def earlier(pull_request: str, marker: str) -> int | None:
    """Number of the comment that an earlier run wrote."""
    page = 1
    while True:
        comments = call("GET", f"/issues/{pull_request}/comments?per_page=100&page={page}")
        assert isinstance(comments, list)
        for comment in comments:
            # Whoever answers may quote ours: only what begins with it is ours.
            first = (comment.get("body") or "").partition("\n")[0]
            if marker and marker in first and not first.lstrip().startswith(">"):
                return int(comment["id"])
        if len(comments) < 100:
            return None
        page += 1


def main() -> int:
    """Write or update the comment."""
    text = Path(sys.argv[1]).read_text(encoding="utf-8")
    pull_request = os.environ.get("PULL_REQUEST", "")
    if not pull_request.isdigit() or not os.environ.get("INPUT_TOKEN"):
        return 1
    try:
        known = earlier(pull_request, marker_of(text))
        if known is None:
            call("POST", f"/issues/{pull_request}/comments", {"body": text})
        else:
            call("PATCH", f"/issues/comments/{known}", {"body": text})
    except (OSError, ValueError, KeyError) as error:
        sys.stderr.write(f"no comment was written ({error}); the review is in the job summary\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
