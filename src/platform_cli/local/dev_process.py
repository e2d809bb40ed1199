"""The process of a development server: the site's own code, in the sandbox of local builds."""

import asyncio
import os
import shlex
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

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
KEPT_LINES: Final = 15
"""Lines of output that an error shows."""


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


def choose_port(requested: int | None) -> int:
    """Return the requested port, or the first free one. Raises `UsageError` if it is in use."""
    if requested is not None:
        if not is_free(requested):
            raise UsageError(
                f"port {requested} is in use", hint="choose another one: --port, or leave it out"
            )
        return requested
    port = next((port for port in range(FIRST_PORT, LAST_PORT + 1) if is_free(port)), None)
    if port is None:
        raise UsageError(
            f"every port from {FIRST_PORT} to {LAST_PORT} is in use", hint="choose one: --port"
        )
    return port


def is_free(port: int) -> bool:
    """Return whether a server could listen on a port of this machine."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, port))
        except OSError:
            return False
    return True


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
    try:
        async with asyncio.timeout(READY_SECONDS):
            while not await asyncio.to_thread(_answers, port):
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError:
        raise DevServerFailed(
            f"the development server does not answer on port {port} after {READY_SECONDS:.0f} s"
        ) from None


def _answers(port: int) -> bool:
    """Return whether the server answers with anything but an error of its own."""
    opener = build_opener(ProxyHandler({}))
    try:
        with opener.open(f"http://{HOST}:{port}/", timeout=30) as response:
            return int(response.status) < 500
    except URLError as error:
        return getattr(error, "code", 500) < 500
    except OSError:
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
    if partial:
        yield partial.decode(errors="replace")


async def _ignore(reader: asyncio.StreamReader) -> None:
    with suppress(ConnectionError):
        await reader.read()
