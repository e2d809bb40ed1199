"""Run the development server of a client's site, with the content of the deployed client.

The server works in a copy of the source. A changed file is copied at once, and a changed item is
read from the deployed client, as a build would read it, and written to `content.json`.
"""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final, Self, Unpack

from watchfiles import awatch

from platform_cli.api.deployments.lookup import find_deployed
from platform_cli.api.workspaces import Location, load_config, open_workspace
from platform_cli.config.model import ClientServiceConfig
from platform_cli.deploy.lock import hold_lock, is_held
from platform_cli.engines import CONTENT_FILE, Engine
from platform_cli.errors import PlatformError, UsageError
from platform_cli.local.builds.sandbox import SandboxKind, find_sandbox
from platform_cli.local.dev_process import (
    HOST,
    DevFolders,
    choose_port,
    run_dev_server,
    wait_until_ready,
)
from platform_cli.operations import releases
from platform_cli.site_source import editor_files, working_copy
from platform_cli.site_source.client_site import detect_local_site, site_engine
from platform_cli.site_source.detection import PACKAGE_FILES
from platform_cli.site_source.mirror import SourceMirror
from platform_cli.targets.deployments import Deployment
from platform_cli.targets.service_errors import plain_errors
from platform_cli.workspace import Workspace, shipped_folder
from platform_core import contract
from platform_core.feed.security_policy import DEVELOPMENT_POLICY
from platform_core.provider_kit.editor_files import FileOwner

LOCAL_POLL_SECONDS: Final = 0.15
AWS_POLL_SECONDS: Final = 5.0
RETRY_SECONDS: Final = 2.0
WATCH_STEP_MILLISECONDS: Final = 20
WATCH_DEBOUNCE_MILLISECONDS: Final = 100


@dataclass(frozen=True, slots=True)
class ServerReady:
    """The server answers at its address."""

    url: str
    is_isolated: bool
    """Whether a sandbox isolates the code of the site."""


@dataclass(frozen=True, slots=True)
class ContentUpdated:
    """The site has the content up to a change."""

    change: int
    items: int
    seconds: float
    """From the notice of the change to the written content."""


@dataclass(frozen=True, slots=True)
class SourceUpdated:
    """Files of the source have changed."""

    paths: tuple[str, ...]

    @property
    def needs_restart(self) -> bool:
        """Whether packages must be installed again, which only a start does."""
        return any(PurePosixPath(path).name in PACKAGE_FILES for path in self.paths)


@dataclass(frozen=True, slots=True)
class ServerOutput:
    """A line that the server has printed."""

    line: str


@dataclass(frozen=True, slots=True)
class UpdateFailed:
    """A change that could not be taken over. The next one is tried again."""

    reason: str

    @classmethod
    def create(cls, error: PlatformError) -> Self:
        """Return the event of an error, with its place and its hint."""
        finding = error.findings[0]
        place = f"{finding.where}: " if finding.where else ""
        hint = f" ({finding.hint})" if finding.hint else ""
        return cls(f"{place}{finding.message}{hint}")


DevEvent = ServerReady | ContentUpdated | SourceUpdated | ServerOutput | UpdateFailed
OnEvent = Callable[[DevEvent], None]


@dataclass(frozen=True)
class DevServer:
    """The development server of a client's site."""

    client_id: str
    deployed: Deployment
    engine: Engine
    mirror: SourceMirror
    folders: DevFolders
    port: int
    locks: Path
    """Folder of the locks of this workspace."""

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def run(self, on_event: OnEvent) -> None:
        """Serve the site until it is interrupted.

        Raises `PlatformError` if the server ends by itself, or if one runs for this client already.
        """
        names = self.deployed.names
        with (
            hold_lock(self.locks, f"{names.client_id}-{names.environment}-dev"),
            hold_lock(self.locks, port_lock(self.port)),
        ):
            self.mirror.update()
            asyncio.run(_serve(self, on_event))


def prepare_dev_server(
    client: str,
    *,
    port: int | None = None,
    source: Path | None = None,
    **location: Unpack[Location],
) -> DevServer:
    """Return the server of a deployed client, with a copy of its source and its content.

    `source` is the folder to serve; by default the client's own. Raises `UsageError` for a client
    that is not deployed, or whose source is in a repository, and `PlatformError`.
    """
    workspace = open_workspace(location.get("workspace"))
    config = load_config(client, location.get("environment"), workspace=workspace)
    folder = _find_source(workspace, config, source)
    deployed = find_deployed(client, **location)
    engine = site_engine(config, detect_local_site(workspace, config))
    if not engine.dev:
        raise UsageError(
            f"there is no development server for this site of {engine.label}",
            hint="set site.dev_command in the client's file; it listens at $HOST and $PORT",
        )
    home = workspace.ensure_state_folder("dev", f"{client}-{deployed.names.environment}")
    state = workspace.ensure_state_folder()
    folders = DevFolders(home, state / "dev" / "npm-cache", hidden=(state / "local",))
    locks = workspace.ensure_state_folder("locks")
    # Another server may still install its packages, and listen at its port later.
    chosen = choose_port(port, lambda number: is_held(locks, port_lock(number)))
    under = editor_files.make_editor_files(
        config, engine, f"http://{HOST}:{chosen}", FileOwner.BUILD
    )
    mirror = SourceMirror(folder, folders.source, engine, under)
    return DevServer(client, deployed, engine, mirror, folders, chosen, locks)


def port_lock(port: int) -> str:
    """Return the name of the lock that reserves a port in this workspace."""
    return f"dev-port-{port}"


def _find_source(workspace: Workspace, config: ClientServiceConfig, source: Path | None) -> Path:
    if source is not None:
        if not source.is_dir():
            raise UsageError(f"there is no folder {source}")
        return source
    if config.site.repository is not None:
        raise UsageError(
            f"the source of {config.client_id} is in the repository {config.site.repository}",
            hint="clone it, and name the folder: --source DIR",
        )
    folder = workspace.site_source(config.client_id)
    if not folder.is_dir():
        raise UsageError(f"the source of the site is missing: {folder}")
    working_copy.find_replacement(
        folder, site_engine(config, detect_local_site(workspace, config)),
        shipped_folder("templates"),
    )  # fmt: skip
    return folder


async def _serve(server: DevServer, on_event: OnEvent) -> None:
    """Run the server, and beside it the two watchers. The first one that ends ends all."""
    # A site that renders its own repository shows the files of its folder, and no content.json.
    has_feed = not server.engine.checkout
    if has_feed:
        content = await asyncio.to_thread(_update_content, server)
        on_event(content)
    # Files can have changed meanwhile, and the watcher starts only now.
    await asyncio.to_thread(_update_source, server)
    sandbox = find_sandbox()
    is_isolated = sandbox.kind is not SandboxKind.NONE

    def print_line(line: str) -> None:
        on_event(ServerOutput(line))

    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(
                run_dev_server(server.engine, server.folders, sandbox, server.port, print_line)
            )
            tasks.create_task(_watch_source(server, on_event))
            if has_feed:
                tasks.create_task(_watch_content(server, content.change, on_event))
            await wait_until_ready(server.port)
            on_event(ServerReady(f"{server.url}/", is_isolated))
    except ExceptionGroup as errors:
        # The first failure has ended the others, and every caller knows how to show it alone.
        raise errors.exceptions[0] from None


async def _watch_source(server: DevServer, on_event: OnEvent) -> None:
    changes = awatch(
        server.mirror.source,
        step=WATCH_STEP_MILLISECONDS,
        debounce=WATCH_DEBOUNCE_MILLISECONDS,
        recursive=True,
    )
    async for _ in changes:
        try:
            paths = await asyncio.to_thread(_update_source, server)
        except PlatformError as error:
            on_event(UpdateFailed.create(error))
            continue
        if paths:
            on_event(SourceUpdated(tuple(paths)))


async def _watch_content(server: DevServer, change: int, on_event: OnEvent) -> None:
    """Take over each change of the content. A failure that lasts is reported once."""
    pause = LOCAL_POLL_SECONDS if server.deployed.target.is_local else AWS_POLL_SECONDS
    failure: UpdateFailed | None = None
    while True:
        await asyncio.sleep(RETRY_SECONDS if failure else pause)
        try:
            # Not `>`: an embedded cloud that lost its state counts from zero again.
            if await asyncio.to_thread(_read_change, server) != change or failure:
                content = await asyncio.to_thread(_update_content, server)
                on_event(content)
                change, failure = content.change, None
        except PlatformError as error:
            previous, failure = failure, UpdateFailed.create(error)
            if failure != previous:
                on_event(failure)


def _update_source(server: DevServer) -> list[str]:
    with plain_errors():
        return server.mirror.update()


def _read_change(server: DevServer) -> int:
    with plain_errors():
        return releases.get_site(server.deployed).changed


def allow_live_reload(content: bytes) -> bytes:
    """Return the content with a policy that does not block the scripts of a development server."""
    feed = json.loads(content)
    feed["site"]["content_security_policy"] = DEVELOPMENT_POLICY
    return json.dumps(feed, ensure_ascii=False).encode()


def _update_content(server: DevServer) -> ContentUpdated:
    """Write the present content of the client into the copy.

    It runs in a thread, so it reports nothing itself: two threads would mix the lines of a stream.
    """
    start = time.monotonic()
    with plain_errors():
        report = releases.write_dev_content(server.deployed, server.url)
        bucket = server.deployed.output(contract.OUT_DATA_BUCKET)
        stored = server.deployed.client("s3").get_object(Bucket=bucket, Key=report.key)
        server.mirror.write(CONTENT_FILE, allow_live_reload(stored["Body"].read()))
        server.mirror.announce_content()
    return ContentUpdated(report.covers, report.items, time.monotonic() - start)
