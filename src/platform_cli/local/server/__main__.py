"""The server process: `python -m platform_cli.local.server STATE_DIR`.

A file lock, held for the lifetime of the process, prevents two servers for one state folder. The
sockets listen before the state is restored, so that early calls wait instead of failing.
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

from platform_cli.local.access.grants import KeyRing
from platform_cli.local.access.keys import AccessKeys, load_or_create_keys
from platform_cli.local.addresses import (
    FIRST_AWS_PORT,
    LOOPBACK,
    AddressBook,
    ListenerPair,
    RunningServer,
    installed_version,
    open_listener,
)
from platform_cli.local.builds.process import without_credentials
from platform_cli.local.builds.run import BuildEnvironment
from platform_cli.local.builds.sandbox import find_sandbox
from platform_cli.local.builds.service import LocalBuildService
from platform_cli.local.cloud import NETWORK_VARIABLES
from platform_cli.local.emulator.client import Emulator
from platform_cli.local.emulator.event_rules import run_missed_schedules
from platform_cli.local.emulator.lambda_hook import VENDOR_KEY_VARIABLE
from platform_cli.local.emulator.lambda_path import create_lambda_path
from platform_cli.local.emulator.vendor_apis import VendorApis
from platform_cli.local.persistence.durability import Durability
from platform_cli.local.persistence.journal import Journal
from platform_cli.local.persistence.snapshots import SnapshotStore
from platform_cli.local.server.control import ControlApi
from platform_cli.local.server.gateway import Gateway
from platform_cli.local.sites.registry import SiteRegistry, serve_on_listener


def main(state_dir: Path) -> None:
    """Serve until SIGTERM. Fails at once if another server holds the state folder."""
    state_dir.chmod(0o700)
    with (state_dir / "server.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        lock.truncate(0)
        address_book = AddressBook.load(state_dir / "addresses.json")
        listener = open_listener(address_book.aws_port or FIRST_AWS_PORT)
        address_book.aws_port = port = listener.getsockname()[1]
        site_listeners = {name: address_book.open_listeners(name) for name in address_book.clients}
        address_book.save()
        # Callers treat the server as started once this line exists, so the ports come first.
        lock.write(RunningServer(os.getpid(), installed_version(), port).to_line())
        lock.flush()
        create_lambda_path(state_dir / "runtime")
        keys = load_or_create_keys(state_dir)
        network = configure_environment(state_dir, port, keys)
        asyncio.run(
            serve_until_stopped(
                build_services(state_dir, address_book, site_listeners, network, KeyRing(keys)),
                listener,
                state_dir,
            )
        )


def configure_environment(state_dir: Path, port: int, keys: AccessKeys) -> dict[str, str]:
    """Set the environment variables that the emulator and the Lambda functions read.

    Returns the network settings, which are reserved for builds.
    """
    replace_with_empty_folder(state_dir / "tmp")
    network = {name: os.environ.pop(name) for name in NETWORK_VARIABLES if name in os.environ}
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
        # The emulator hands these two to every function, with the account as the access key id.
        AWS_SECRET_ACCESS_KEY="local",  # noqa: S106 (nothing checks signatures)
        AWS_SESSION_TOKEN=keys.functions,
    )
    os.environ[VENDOR_KEY_VARIABLE] = keys.vendors
    hosts = {network.get("NO_PROXY"), network.get("no_proxy"), LOOPBACK, "localhost"} - {None}
    no_proxy = ",".join(sorted(filter(None, hosts)))
    return {**network, "NO_PROXY": no_proxy, "no_proxy": no_proxy}


def replace_with_empty_folder(folder: Path) -> None:
    """Replace the folder with an empty one and delete the old content in the background.

    A killed server can leave thousands of files, which take some disks a minute to delete.
    """
    if folder.exists():
        folder.rename(folder.with_name(f"{folder.name}.{time.time_ns()}.old"))
    folder.mkdir()
    for old in folder.parent.glob(f"{folder.name}.*.old"):
        threading.Thread(target=rmtree, args=(old, True), daemon=True).start()


@dataclass(slots=True)
class Services:
    """All services of the server, and their start and stop order."""

    emulator: Emulator
    durability: Durability
    vendors: VendorApis
    sites: SiteRegistry
    builds: LocalBuildService
    key_ring: KeyRing
    _schedule_task: "asyncio.Task[None] | None" = None

    def build_gateway(self) -> Gateway:
        return Gateway(
            emulator=self.emulator.app,
            journaled=self.durability.recorder,
            control=ControlApi(self.sites, self.vendors, self.durability),
            vendors=self.vendors,
            builds=self.builds,
            key_ring=self.key_ring,
            on_startup=self.start,
            on_stopping=self.stop,
            on_stopped=self.durability.publish_final_snapshot,
        )

    async def start(self) -> None:
        """Start after the emulator. State is restored first, before clients and builds use it."""
        await self.durability.start()
        self.sites.serve_all()
        await self.builds.fail_interrupted_builds()
        self._schedule_task = asyncio.create_task(run_missed_schedules(self.emulator))

    async def stop(self) -> None:
        """Stop before the emulator saves, so that nothing changes its state afterwards."""
        if self._schedule_task:
            self._schedule_task.cancel()
        await self.sites.stop_all()
        await self.builds.stop_all()
        await self.durability.prepare_to_stop()


def build_services(
    state_dir: Path,
    address_book: AddressBook,
    site_listeners: dict[str, ListenerPair],
    network: dict[str, str],
    key_ring: KeyRing,
) -> Services:
    """Restore the last snapshot, load the emulator on it and create the services."""
    snapshots = SnapshotStore(state_dir / "snapshots", Path(os.environ["STATE_DIR"]))
    snapshot_number = snapshots.restore()
    os.environ["LOG_LEVEL"] = "WARNING"
    from ministack.app import app  # type: ignore[import-untyped]  # reads the environment

    del os.environ["LOG_LEVEL"]  # Lambda functions would inherit it
    logging.getLogger("platform").setLevel(logging.INFO)
    emulator = Emulator(app, address_book.aws_port or FIRST_AWS_PORT)
    vendors = VendorApis(state_dir / "vendors", emulator, key_ring.vendor_key)
    environment = prepare_build_environment(emulator, state_dir / "builds", network, key_ring)
    return Services(
        emulator,
        Durability(
            emulator, Journal(state_dir / "journal", snapshot_number), snapshots, snapshot_number
        ),
        vendors,
        SiteRegistry(address_book, emulator, vendors, site_listeners),
        LocalBuildService(emulator, environment),
        key_ring,
    )


def prepare_build_environment(
    emulator: Emulator, folder: Path, network: dict[str, str], key_ring: KeyRing
) -> BuildEnvironment:
    """Create the package cache, and choose the sandbox of local builds."""
    npm_cache = Path(os.environ["XDG_CACHE_HOME"]) / "platform" / "npm"
    npm_cache.mkdir(parents=True, exist_ok=True)
    settings, withheld = without_credentials(network)
    sandbox = find_sandbox()
    logging.getLogger("platform.builds").info("sandbox of builds: %s", sandbox.kind)
    return BuildEnvironment(
        emulator,
        folder=folder,
        endpoint=os.environ["AWS_ENDPOINT_URL"],
        network=settings,
        withheld=withheld,
        npm_cache=npm_cache,
        key_ring=key_ring,
        sandbox=sandbox,
    )


async def serve_until_stopped(services: Services, listener: socket.socket, state_dir: Path) -> None:
    """Serve until a signal arrives or the state folder is removed."""
    stop_event = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop_event.set)
    folder_watch = asyncio.create_task(stop_when_removed(state_dir, stop_event))
    await serve_on_listener(listener, services.build_gateway(), stop_event)
    folder_watch.cancel()


async def stop_when_removed(state_dir: Path, stop_event: asyncio.Event) -> None:
    """Stop the server when its state folder is deleted."""
    while state_dir.joinpath("server.lock").exists():
        await asyncio.sleep(2)
    stop_event.set()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
