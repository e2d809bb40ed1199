"""Serve a client's API on its own loopback port. Requests are forwarded unchanged."""

import asyncio
import logging
import re

from platform_cli.local.addresses import AddressRegistration
from platform_cli.local.emulator.client import Emulator
from platform_cli.local.emulator.vendor_apis import VendorApis
from platform_cli.local.server.asgi import (
    Receive,
    Scope,
    Send,
    acknowledge_lifespan,
    get_raw_target,
    read_body,
    send_json,
    with_body_replayed,
)
from platform_cli.local.sites.forwarding import forward_to_api

log = logging.getLogger("platform.api")
WEBHOOK_PATH = re.compile(r"/webhooks?/([a-z0-9_]+)(?:/[0-9a-f]+)?")


class ApiServer:
    """The client's HTTP API: webhooks and content."""

    def __init__(
        self, client: AddressRegistration, emulator: Emulator, vendors: VendorApis
    ) -> None:
        self.client = client
        self.emulator = emulator
        self.vendors = vendors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await acknowledge_lifespan(receive, send)
            return
        if not self.client.api_id:
            await send_json(send, 503, {"message": "not deployed yet"})
            return
        body = await read_body(receive)
        webhook = WEBHOOK_PATH.fullmatch(scope["path"])
        if webhook and scope["method"] == "POST":
            await self._record_at_vendor(webhook[1], scope, body)
        replayed = with_body_replayed(body, receive)
        await forward_to_api(self.emulator, self.client.api_id, scope, replayed, send)

    async def _record_at_vendor(self, provider: str, scope: Scope, body: bytes) -> None:
        """Let the simulated vendor record a delivery. A failure there never blocks the delivery."""
        recording = asyncio.create_task(
            self.vendors.record_if_signed(self.client, provider, scope, get_raw_target(scope), body)
        )
        # Wait without raising: the delivery goes on whatever happened to the recording.
        await asyncio.wait([recording])
        if not recording.cancelled() and (error := recording.exception()):
            log.warning("the simulated vendor %s failed", provider, exc_info=error)
