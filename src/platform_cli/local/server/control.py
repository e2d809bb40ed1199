"""Control paths of the server, used by the command line."""

import json
import os
from base64 import b64decode
from dataclasses import asdict, dataclass
from typing import Any

from platform_cli.local.addresses import CONTROL_PATH, AddressRegistration, check_client
from platform_cli.local.emulator.vendor_apis import VendorApis
from platform_cli.local.persistence.durability import Durability
from platform_cli.local.persistence.snapshots import SnapshotFailed
from platform_cli.local.server.asgi import Receive, Scope, Send, read_body, send_json
from platform_cli.local.sites.registry import SiteRegistry
from platform_core.webhooks.request import Request


@dataclass(slots=True)
class ControlApi:
    """Serves the requests of `cloud.EmbeddedCloud`."""

    sites: SiteRegistry
    vendors: VendorApis
    durability: Durability

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = dict(json.loads(await read_body(receive) or b"{}"))
            result = await self._handle(
                scope["method"], scope["path"].removeprefix(CONTROL_PATH), body
            )
        except (TypeError, ValueError, KeyError) as error:
            await send_json(send, 400, {"message": f"invalid request: {error}"})
            return
        except (SnapshotFailed, OSError) as error:
            await send_json(send, 507, {"message": str(error)})
            return
        if result is None:
            await send_json(send, 404, {"message": "no such path"})
        else:
            await send_json(send, 200, result)

    async def _handle(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
        match method, path:
            case "GET", "/health":
                return {"pid": os.getpid(), "trouble": self.durability.trouble}
            case "GET", "/clients":
                clients = self.sites.list_addresses().items()
                return {"clients": {name: asdict(addresses) for name, addresses in clients}}
            case "PUT", "/clients":
                return asdict(self.sites.register(AddressRegistration(**body)))
            case "DELETE", "/clients":
                client_id, environment = body["client_id"], body["environment"]
                check_client(client_id, environment)
                await self.sites.forget(client_id, environment)
                return {}
            case "POST", "/snapshot":
                await self.durability.save_snapshot()
                return {}
            case "POST", "/deliveries":
                client, provider = body.pop("client"), body.pop("provider")
                check_client(client)
                request = Request(**{**body, "body": b64decode(body["body"])})
                return {"recorded": self.vendors.record_delivery(client, provider, request)}
        return None
