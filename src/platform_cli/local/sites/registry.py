"""Which clients are served, and on which ports."""

import asyncio
import socket
from dataclasses import dataclass, field

from hypercorn.asyncio import serve
from hypercorn.config import Config

from platform_cli.local.addresses import (
    Doors,
    Ledger,
    Registration,
    SiteAddresses,
)
from platform_cli.local.emulator.client import Emulator
from platform_cli.local.emulator.vendor_apis import Vendors
from platform_cli.local.server.asgi import App
from platform_cli.local.sites.server import ApiServer, SiteServer


@dataclass(slots=True)
class _Served:
    site: SiteServer
    api: ApiServer
    leaving: asyncio.Event
    tasks: "tuple[asyncio.Task[None], ...]"


@dataclass(slots=True)
class Sites:
    """Opens and closes the two ports of each registered client."""

    ledger: Ledger
    emulator: Emulator
    vendors: Vendors
    doors: dict[str, Doors]
    """What listens already, by the client's name."""
    _served: dict[str, _Served] = field(default_factory=dict)

    def open_all(self) -> None:
        """After a start: everything that was served before."""
        for client in list(self.ledger.clients.values()):
            self.register(client)

    def register(self, client: Registration) -> SiteAddresses:
        """Serve the client, or serve its new facts from now on."""
        if served := self._served.get(client.name):
            served.site.client = served.api.client = client
        else:
            self._serve(client)
        self.ledger.clients[client.name] = client
        self.ledger.save()
        return self.ledger.ports[client.name].addresses()

    async def forget(self, client_id: str, environment: str) -> None:
        name = f"{client_id}/{environment}"
        if served := self._served.pop(name, None):
            served.leaving.set()
            await asyncio.gather(*served.tasks)
        self.ledger.clients.pop(name, None)
        self.ledger.ports.pop(name, None)
        self.ledger.save()
        if not any(client.client_id == client_id for client in self.ledger.clients.values()):
            self.vendors.forget(client_id)

    async def close(self) -> None:
        for served in self._served.values():
            served.leaving.set()
        await asyncio.gather(*(task for served in self._served.values() for task in served.tasks))

    def addresses(self) -> dict[str, SiteAddresses]:
        return {name: self.ledger.ports[name].addresses() for name in self.ledger.clients}

    def _serve(self, client: Registration) -> None:
        doors = self.doors.pop(client.name, None) or self.ledger.open(client.name)
        leaving = asyncio.Event()
        site = SiteServer(client, self.emulator)
        api = ApiServer(client, self.emulator, self.vendors)
        rooms: tuple[App, App] = (site, api)
        tasks = tuple(
            asyncio.create_task(serve_on(door, room, leaving))
            for door, room in zip(doors, rooms, strict=True)
        )
        self._served[client.name] = _Served(site, api, leaving, tasks)


async def serve_on(door: socket.socket, app: App, leaving: asyncio.Event) -> None:
    """Serve an application on a socket that listens already."""
    config = Config()
    config.bind = [f"fd://{door.detach()}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1
    config.include_server_header = False
    config.loglevel = "WARNING"
    await serve(app, config, shutdown_trigger=leaving.wait)  # type: ignore[arg-type]
