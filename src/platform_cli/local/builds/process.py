"""The process of a build: its agent, its pipes, its search path and its network settings."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from platform_cli.local.builds.leftovers import stop_agent

DRAIN_SECONDS = 1.0
"""Limit for reading output after the end: a detached process can keep the pipe open."""
_AGENT_SCRIPT = Path(__file__).with_name("agent.py")
ReadPipe = Callable[[asyncio.StreamReader], Awaitable[None]]


def search_path() -> str:
    """Return PATH with this installation's python3, node and site generators first."""
    return os.pathsep.join(
        [str(Path(sys.executable).parent), os.environ.get("PATH", "/usr/bin:/bin")]
    )


def without_credentials(network: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the settings that a build gets, and the names of those that contain credentials.

    `https://user:password@proxy.example` has credentials. The name of a file has none.
    """
    withheld = tuple(
        name for name, value in network.items() if "@" in value and not value.startswith("/")
    )
    settings = {name: value for name, value in network.items() if name not in withheld}
    return settings, withheld


async def run_agent(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    read_output: ReadPipe,
    read_events: ReadPipe,
) -> int:
    """Run a command under the agent and return its exit code. Cancelling stops the process tree."""
    (events_reader, events_writer), (output_reader, output_writer) = os.pipe(), os.pipe()
    try:
        agent = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", str(_AGENT_SCRIPT), str(events_writer), *command),
            stdin=asyncio.subprocess.PIPE,
            stdout=output_writer,
            stderr=output_writer,
            cwd=folder,
            env=environment,
            pass_fds=(events_writer,),
        )
    finally:
        # The agent has its own copies. Ours would keep the readers from seeing the end.
        os.close(events_writer)
        os.close(output_writer)
    readers = asyncio.gather(_read(output_reader, read_output), _read(events_reader, read_events))
    try:
        exit_code = await agent.wait()
        with suppress(TimeoutError):
            await asyncio.wait_for(readers, DRAIN_SECONDS)
        return exit_code
    finally:
        readers.cancel()
        await stop_agent(agent)
        # A cancelled future whose result nobody takes is reported as an error at the end.
        await asyncio.gather(readers, return_exceptions=True)


async def _read(pipe: int, read: ReadPipe) -> None:
    async with _open_pipe_reader(pipe) as reader:
        await read(reader)


@asynccontextmanager
async def _open_pipe_reader(pipe: int) -> AsyncIterator[asyncio.StreamReader]:
    """Read from a pipe of our own.

    With `asyncio.subprocess.PIPE`, `wait` would not return before every holder of the pipe closes
    it.
    """
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(pipe, "rb", buffering=0)
    )
    try:
        yield reader
    finally:
        transport.close()
