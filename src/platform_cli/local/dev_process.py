"""The process of a development server: the site's own code, in the sandbox of local builds."""

import asyncio
import errno
import os
import shlex
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx2

from platform_cli.engines import Engine
from platform_cli.errors import PlatformError, UsageError
from platform_cli.local.builds.leftovers import BUILD_ID_VARIABLE, kill_build_processes
from platform_cli.local.builds.process import run_agent, search_path, without_credentials
from platform_cli.local.builds.sandbox import Sandbox, SandboxFolders
from platform_cli.local.cloud import NETWORK_VARIABLES

HOST: Final = "127.0.0.1"
FIRST_PORT: Final = 3000
LAST_PORT: Final = 3099
READY_SECONDS: Final = 180.0
POLL_SECONDS: Final = 0.1
ANSWER_SECONDS: Final = 30.0
"""A generator can compile the first page for so long."""
KEPT_LINES: Final = 15
"""Lines of output that an error shows."""
MAX_LINE_BYTES: Final = 64 * 1024
"""A longer line, such as a progress bar without line breaks, is shown in parts."""


class DevServerFailed(PlatformError):
    """The development server ended by itself, or did not start."""


@dataclass(frozen=True, slots=True)
class DevFolders:
    """The folders of one development server."""

    home: Path
    """Below it are its home folder, its temporary folder and the copy of the site."""
    npm_cache: Path
    hidden: tuple[Path, ...]
    """Folders that the site's code must not read."""

    @property
    def source(self) -> Path:
        return self.home / "site"

    def in_sandbox(
        self, writable: tuple[Path, ...], environment: Mapping[str, str]
    ) -> SandboxFolders:
        """Return what the sandbox shows: also files that variables name, such as certificates."""
        files = (Path(value) for value in environment.values() if value[:1] == "/")
        readable = (self.home, *(file for file in files if file.is_file()))
        return SandboxFolders(self.source, writable, self.hidden, readable)


def choose_port(requested: int | None, is_reserved: Callable[[int], bool] = lambda _: False) -> int:
    """Return the requested port, or the first free one. Raises `UsageError` if it is in use.

    A reserved port belongs to another server, which may not listen yet.
    """
    if requested is not None:
        reason = "it is in use" if is_reserved(requested) else find_obstacle(requested)
        if reason:
            raise UsageError(
                f"no server can listen at port {requested}: {reason}",
                hint="choose another one: --port, or leave it out",
            )
        return requested
    for port in range(FIRST_PORT, LAST_PORT + 1):
        if find_obstacle(port) is None and not is_reserved(port):
            return port
    raise UsageError(
        f"every port from {FIRST_PORT} to {LAST_PORT} is in use", hint="choose one: --port"
    )


def find_obstacle(port: int) -> str | None:
    """Return the reason why no server can listen at a port of this machine; None if one can."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, port))
        except OSError as error:
            is_used = error.errno == errno.EADDRINUSE
            return "it is in use" if is_used else (error.strerror or str(error))
    return None


async def run_dev_server(
    engine: Engine,
    folders: DevFolders,
    sandbox: Sandbox,
    port: int,
    on_output: Callable[[str], None],
) -> None:
    """Install the site's packages and run its development server until it ends or is cancelled.

    All of its processes end with it. Raises `DevServerFailed` when it ends by itself.
    """
    last_lines: list[str] = []

    def keep(line: str) -> None:
        last_lines.append(line)
        del last_lines[:-KEPT_LINES]
        on_output(line)

    script = folders.home / "dev.sh"
    script.write_text(make_script(engine))
    writable = (folders.source, folders.home / "home", folders.home / "tmp", folders.npm_cache)
    for folder in writable:
        folder.mkdir(parents=True, exist_ok=True)
    environment = make_environment(folders, engine, port, os.environ)
    visible = folders.in_sandbox(writable, environment)
    try:
        exit_code = await run_agent(
            sandbox.wrap(["/bin/sh", str(script)], visible),
            folders.source,
            environment,
            lambda reader: _read_lines(reader, keep),
            _ignore,
        )
    finally:
        # Without a sandbox, a process that has left the session would stay.
        kill_build_processes(environment[BUILD_ID_VARIABLE])
    ended = f"the development server of {engine.label} ended with exit status {exit_code}"
    raise DevServerFailed("\n".join([f"{ended}:", *last_lines]) if last_lines else ended)


def make_script(engine: Engine) -> str:
    """Return the script that installs what a build installs, and starts the server."""
    enter = [f"cd {shlex.quote(engine.root)}"] if engine.root else []
    return "\n".join(["set -e", *engine.install, *enter, engine.dev, ""])


def make_environment(
    folders: DevFolders, engine: Engine, port: int, inherited: Mapping[str, str]
) -> dict[str, str]:
    """Return the variables of the server. Of this machine it gets the network settings only."""
    network, _ = without_credentials(
        {name: inherited[name] for name in NETWORK_VARIABLES if name in inherited}
    )
    return {
        **network,
        "LANG": "C.UTF-8",
        "DO_NOT_TRACK": "1",
        "PYTHONNOUSERSITE": "1",
        "PATH": search_path(),
        "HOME": str(folders.home / "home"),
        "TMPDIR": str(folders.home / "tmp"),
        "npm_config_update_notifier": "false",
        **engine.variables,
        "npm_config_cache": str(folders.npm_cache),
        BUILD_ID_VARIABLE: f"dev:{os.getpid()}:{port}",
        "HOST": HOST,
        "PORT": str(port),
    }


async def wait_until_ready(port: int) -> None:
    """Wait until the server answers. Raises `DevServerFailed` after `READY_SECONDS`."""
    # No thread: Ctrl-C would wait for it, and a server can take a connection without an answer.
    async with httpx2.AsyncClient(trust_env=False, timeout=ANSWER_SECONDS) as http:
        try:
            async with asyncio.timeout(READY_SECONDS):
                while not await _answers(http, port):
                    await asyncio.sleep(POLL_SECONDS)
        except TimeoutError:
            raise DevServerFailed(
                f"no server answers at port {port} after {READY_SECONDS:.0f} s",
                hint="site.dev_command must listen at $HOST and $PORT",
            ) from None


async def _answers(http: httpx2.AsyncClient, port: int) -> bool:
    """Return whether the server answers with anything but an error of its own."""
    try:
        # The body is not read: it could have no end.
        async with http.stream("GET", f"http://{HOST}:{port}/") as response:
            return response.status_code < 500
    except httpx2.HTTPError:
        return False


async def _read_lines(reader: asyncio.StreamReader, on_line: Callable[[str], None]) -> None:
    async for line in _iter_lines(reader):
        on_line(line)


async def _iter_lines(reader: asyncio.StreamReader) -> AsyncIterator[str]:
    partial = b""
    while chunk := await reader.read(65536):
        *lines, partial = (partial + chunk).split(b"\n")
        for line in lines:
            yield line.decode(errors="replace").rstrip("\r")
        if len(partial) > MAX_LINE_BYTES:
            yield partial.decode(errors="replace")
            partial = b""
    if partial:
        yield partial.decode(errors="replace")


async def _ignore(reader: asyncio.StreamReader) -> None:
    with suppress(ConnectionError):
        await reader.read()
