"""A coding agent that asks our server over stdio, by the official client; and one that sends what it likes."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from anyio.from_thread import start_blocking_portal
from conftest import TODAY
from mcp import Client, StdioServerParameters, stdio_client, types

SERVER = ["-P", "-m", "metriclint", "mcp"]


class Agent:
    """An agent with the tools of a server."""

    def __init__(self, call: Any, client: Client) -> None:
        self._call, self._client = call, client

    def ask(self, tool: str, /, **arguments: Any) -> types.CallToolResult:
        """Call a tool. The client checks what comes back against the schema of the tool."""
        result = self._call(self._client.call_tool, tool, arguments)
        assert isinstance(result, types.CallToolResult)
        return result

    def told(self, tool: str, /, **arguments: Any) -> str:
        """The words of an answer."""
        return text(self.ask(tool, **arguments))

    def data(self, tool: str, /, **arguments: Any) -> Any:
        """The data of an answer that is right."""
        result = self.ask(tool, **arguments)
        assert not result.is_error, text(result)
        return result.structured_content

    def tools(self) -> list[types.Tool]:
        """All tools."""
        return list(self._call(self._client.list_tools).tools)


def text(result: types.CallToolResult) -> str:
    """The words of an answer."""
    (content,) = result.content
    assert isinstance(content, types.TextContent)
    return content.text


@contextlib.contextmanager
def agent(folder: Path, *options: str, env: Mapping[str, str] | None = None) -> Iterator[Agent]:
    """An agent whose server was started in a folder."""
    args = [*SERVER, "--today", TODAY, *options]
    server = StdioServerParameters(command=sys.executable, args=args, cwd=folder, env=dict(env or {}))
    failed: BaseException | None = None
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(Client(stdio_client(server))) as client,
    ):
        # What fails in a test is told as it is, and not as one of the errors of a group.
        try:
            yield Agent(portal.call, client)
        except BaseException as error:
            failed = error
    if failed is not None:
        raise failed


class Raw:
    """A client that sends lines of its own making."""

    def __init__(self, folder: Path) -> None:
        pipe = subprocess.PIPE
        command = [sys.executable, *SERVER]
        self.process = subprocess.Popen(command, cwd=folder, stdin=pipe, stdout=pipe, stderr=pipe, env=os.environ)

    def send(self, line: bytes | dict[str, Any]) -> None:
        """Send a line."""
        assert self.process.stdin
        self.process.stdin.write((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n")
        self.process.stdin.flush()

    def ask(self, line: bytes | dict[str, Any]) -> Any:
        """Send a line and read the next one."""
        self.send(line)
        assert self.process.stdout
        return json.loads(self.process.stdout.readline())

    def hello(self) -> Any:
        """Begin as clients did before 2026."""
        params = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "raw", "version": "1"}}
        answer = self.ask({"jsonrpc": "2.0", "id": "hello", "method": "initialize", "params": params})
        self.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
        return answer

    def tool(self, id_: int, name: str, arguments: Any) -> Any:
        """Call a tool."""
        params = {"name": name, "arguments": arguments}
        return self.ask({"jsonrpc": "2.0", "id": id_, "method": "tools/call", "params": params})


@contextlib.contextmanager
def raw(folder: Path) -> Iterator[Raw]:
    """A client of its own making, whose server has to end well and without a trace."""
    client = Raw(folder)
    process = client.process
    try:
        yield client
        for stream in (process.stdin, process.stdout):
            assert stream
            with contextlib.suppress(BrokenPipeError):
                stream.close()
        assert process.stderr
        assert (process.wait(30), process.stderr.read()) == (0, b"")
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            assert stream
            with contextlib.suppress(BrokenPipeError):
                stream.close()
