"""Registry of the served clients and their ports."""

import asyncio
import socket
from dataclasses import dataclass, field

from hypercorn.asyncio import serve
from hypercorn.config import Config

from platform_cli.local.access.hosts import LoopbackOnly
from platform_cli.local.addresses import (
    AddressBook,
    AddressRegistration,
    ListenerPair,
    SiteAddresses,
)
from platform_cli.local.emulator.client import Emulator
from platform_cli.local.emulator.vendor_apis import VendorApis
from platform_cli.local.server.asgi import App
from platform_cli.local.sites.api import WEBHOOK_PATH, ApiServer
from platform_cli.local.sites.previews import PreviewServer
from platform_cli.local.sites.server import SiteServer


@dataclass(slots=True)
class _ServedClient:
    site: SiteServer
    api: ApiServer
    stop_event: asyncio.Event
    tasks: "tuple[asyncio.Task[None], ...]"


@dataclass(slots=True)
class SiteRegistry:
    """Opens and closes the two ports of each registered client."""

    address_book: AddressBook
    emulator: Emulator
    vendors: VendorApis
    open_listeners: dict[str, ListenerPair]
    """Sockets that already listen, by client name."""
    _served: dict[str, _ServedClient] = field(default_factory=dict)

    def serve_all(self) -> None:
        """Serve all registered clients after a start."""
        for client in list(self.address_book.clients.values()):
            self.register(client)

    def register(self, client: AddressRegistration) -> SiteAddresses:
        """Serve the client, or update the settings of a client that is already served."""
        if served := self._served.get(client.name):
            served.site.client = served.api.client = client
        else:
            self._serve_client(client)
        self.address_book.clients[client.name] = client
        self.address_book.save()
        return self.address_book.addresses_of(client.name)

    async def forget(self, client_id: str, environment: str) -> None:
        """Stop serving a client, release its ports and delete its simulated vendors' state."""
        name = f"{client_id}/{environment}"
        if served := self._served.pop(name, None):
            served.stop_event.set()
            await asyncio.gather(*served.tasks)
        self.address_book.forget(name)
        self.address_book.save()
        if not any(client.client_id == client_id for client in self.address_book.clients.values()):
            self.vendors.delete_client_state(client_id)

    async def stop_all(self) -> None:
        for served in self._served.values():
            served.stop_event.set()
        await asyncio.gather(*(task for served in self._served.values() for task in served.tasks))

    def list_addresses(self) -> dict[str, SiteAddresses]:
        return {name: self.address_book.addresses_of(name) for name in self.address_book.clients}

    def _serve_client(self, client: AddressRegistration) -> None:
        listeners = self.open_listeners.pop(client.name, None) or self.address_book.open_listeners(
            client.name
        )
        stop_event = asyncio.Event()
        site = SiteServer(client, self.emulator)
        api = ApiServer(client, self.emulator, self.vendors)
        # A delivery proves itself, so it may come through a tunnel with a name of its own.
        apps: tuple[App, App] = (
            LoopbackOnly(PreviewServer(site)),
            LoopbackOnly(api, exempt_path=WEBHOOK_PATH),
        )
        tasks = tuple(
            asyncio.create_task(serve_on_listener(listener, app, stop_event))
            for listener, app in zip(listeners, apps, strict=True)
        )
        self._served[client.name] = _ServedClient(site, api, stop_event, tasks)


async def serve_on_listener(listener: socket.socket, app: App, stop_event: asyncio.Event) -> None:
    """Serve an application on a socket that already listens."""
    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1
    config.include_server_header = False
    config.loglevel = "WARNING"
    await serve(app, config, shutdown_trigger=stop_event.wait)  # type: ignore[arg-type]
