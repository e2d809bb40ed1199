"""The paths by which the command line drives the server."""

import json
import os
from base64 import b64decode
from dataclasses import asdict, dataclass
from typing import Any

from platform_cli.local.addresses import CONTROL, Registration
from platform_cli.local.emulator.vendor_apis import Vendors
from platform_cli.local.persistence.durability import Durability
from platform_cli.local.persistence.snapshots import SnapshotFailed
from platform_cli.local.server.asgi import (
    Receive,
    Scope,
    Send,
    answer_json,
    read_body,
)
from platform_cli.local.sites.registry import Sites
from platform_core.webhooks.request import Request


@dataclass(slots=True)
class Control:
    """Asked by `cloud.EmbeddedCloud` alone."""

    sites: Sites
    vendors: Vendors
    durability: Durability

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = json.loads(await read_body(receive) or b"{}")
        try:
            found = await self._answer(scope["method"], scope["path"].removeprefix(CONTROL), body)
        except (SnapshotFailed, OSError) as reason:
            await answer_json(send, 507, {"message": str(reason)})
            return
        if found is None:
            await answer_json(send, 404, {"message": "no such path"})
        else:
            await answer_json(send, 200, found)

    async def _answer(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
        match method, path:
            case "GET", "/health":
                return {"pid": os.getpid(), "trouble": self.durability.trouble}
            case "GET", "/clients":
                found = self.sites.addresses().items()
                return {"clients": {name: asdict(addresses) for name, addresses in found}}
            case "PUT", "/clients":
                return asdict(self.sites.register(Registration(**body)))
            case "DELETE", "/clients":
                await self.sites.forget(body["client_id"], body["environment"])
                return {}
            case "POST", "/snapshot":
                await self.durability.snapshot()
                return {}
            case "POST", "/deliveries":
                client, provider = body.pop("client"), body.pop("provider")
                request = Request(**{**body, "body": b64decode(body["body"])})
                return {"recorded": self.vendors.record(client, provider, request)}
        return None
