"""The server process: `python -m platform_cli.local.server.__main__ STATE_DIR`.

Holds a lock for as long as it lives, so that a state folder never has two. Its sockets listen
before anything is restored: a call that comes early waits instead of failing.
"""

import asyncio
import fcntl
import logging
import os
import signal
import socket
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

from platform_cli.local.addresses import FIRST_AWS_PORT, LOOPBACK, Doors, Ledger, listen
from platform_cli.local.builds.run import Surroundings
from platform_cli.local.builds.service import Builds
from platform_cli.local.cloud import NETWORK, Holder, installed
from platform_cli.local.emulator.client import Emulator
from platform_cli.local.emulator.event_rules import catch_up
from platform_cli.local.emulator.lambda_path import lay_lambda_path
from platform_cli.local.emulator.vendor_apis import Vendors
from platform_cli.local.persistence.durability import Durability
from platform_cli.local.persistence.journal import Journal
from platform_cli.local.persistence.snapshots import Snapshots
from platform_cli.local.server.control import Control
from platform_cli.local.server.gateway import Gateway
from platform_cli.local.sites.registry import Sites, serve_on


def main(state_dir: Path) -> None:
    """Serve until SIGTERM; fails at once where another server holds the state folder."""
    state_dir.chmod(0o700)
    with (state_dir / "server.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        lock.truncate(0)
        ledger = Ledger.load(state_dir / "addresses.json")
        door = listen(ledger.aws_port or FIRST_AWS_PORT)
        ledger.aws_port = port = door.getsockname()[1]
        doors = {name: ledger.open(name) for name in ledger.clients}
        ledger.save()
        lock.write(Holder(os.getpid(), installed(), port).line())
        lock.flush()
        lay_lambda_path(state_dir / "runtime")
        network = settle(state_dir, port)
        asyncio.run(run(furnish(state_dir, ledger, doors, network), door, state_dir))


def settle(state_dir: Path, port: int) -> dict[str, str]:
    """Say to the emulator, and so to each Lambda, what it reads from the environment.

    Returns what only builds may have: the way to package registries.
    """
    clear(state_dir / "tmp")
    network = {name: os.environ.pop(name) for name in NETWORK if name in os.environ}
    os.environ.update(
        GATEWAY_PORT=str(port),
        MINISTACK_HOST=LOOPBACK,
        AWS_ENDPOINT_URL=f"http://{LOOPBACK}:{port}",
        PERSIST_STATE="1",
        STATE_DIR=str(state_dir / "emulator"),
        S3_PERSIST="1",
        S3_DATA_DIR=str(state_dir / "objects"),
        LAMBDA_EXECUTOR="local",
        PYTHONPATH=str(state_dir / "runtime"),
        TMPDIR=str(state_dir / "tmp"),
        IOT_MTLS_ENABLED="0",
        SFTP_ENABLED="0",
        DOCKER_HOST=f"unix://{state_dir}/no-docker.sock",
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_EC2_METADATA_DISABLED="true",
    )
    away = {network.get("NO_PROXY"), network.get("no_proxy"), LOOPBACK, "localhost"} - {None}
    bypass = ",".join(sorted(filter(None, away)))
    return {**network, "NO_PROXY": bypass, "no_proxy": bypass}


def clear(folder: Path) -> None:
    """Make it an empty one. What a killed server left there are thousands of files, which some
    disks take a minute to delete: nobody waits for that."""
    if folder.exists():
        folder.rename(folder.with_name(f"{folder.name}.{time.time_ns()}.old"))
    folder.mkdir()
    for old in folder.parent.glob(f"{folder.name}.*.old"):
        threading.Thread(target=rmtree, args=(old, True), daemon=True).start()


@dataclass(slots=True)
class Rooms:
    """All that answers, and what opening and closing it takes."""

    emulator: Emulator
    durability: Durability
    vendors: Vendors
    sites: Sites
    builds: Builds
    _sweeping: "asyncio.Task[None] | None" = None

    def gateway(self) -> Gateway:
        return Gateway(
            emulator=self.emulator.app,
            journaled=self.durability.recorder,
            control=Control(self.sites, self.vendors, self.durability),
            vendors=self.vendors,
            builds=self.builds,
            opened=self.open,
            closing=self.close,
            closed=self.durability.close,
        )

    async def open(self) -> None:
        await self.durability.open()
        self.sites.open_all()
        await self.builds.recover()
        self._sweeping = asyncio.create_task(catch_up(self.emulator))

    async def close(self) -> None:
        if self._sweeping:
            self._sweeping.cancel()
        await self.sites.close()
        await self.builds.close()
        await self.durability.pause()


def furnish(
    state_dir: Path, ledger: Ledger, doors: dict[str, Doors], network: dict[str, str]
) -> Rooms:
    """Restore the last snapshot, then bring the emulator up on it and put our rooms around it."""
    snapshots = Snapshots(state_dir / "snapshots", Path(os.environ["STATE_DIR"]))
    saved = snapshots.restore()
    os.environ["LOG_LEVEL"] = "WARNING"
    from ministack.app import app  # type: ignore[import-untyped]  # reads what `settle` wrote

    del os.environ["LOG_LEVEL"]  # a Lambda would take it for its own
    logging.getLogger("platform").setLevel(logging.INFO)
    emulator = Emulator(app, ledger.aws_port or FIRST_AWS_PORT)
    vendors = Vendors(state_dir / "vendors", emulator)
    npm_cache = Path(os.environ["XDG_CACHE_HOME"]) / "platform" / "npm"
    endpoint = os.environ["AWS_ENDPOINT_URL"]
    around = Surroundings(emulator, state_dir / "builds", endpoint, network, npm_cache)
    return Rooms(
        emulator,
        Durability(emulator, Journal(state_dir / "journal", saved), snapshots, saved),
        vendors,
        Sites(ledger, emulator, vendors, doors),
        Builds(emulator, around),
    )


async def run(rooms: Rooms, door: socket.socket, state_dir: Path) -> None:
    """Serve until a signal says to leave."""
    leaving = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, leaving.set)
    watch = asyncio.create_task(leave_with(state_dir, leaving))
    await serve_on(door, rooms.gateway(), leaving)
    watch.cancel()


async def leave_with(state_dir: Path, leaving: asyncio.Event) -> None:
    """A server whose state folder is gone serves nobody."""
    while state_dir.joinpath("server.lock").exists():
        await asyncio.sleep(2)
    leaving.set()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
