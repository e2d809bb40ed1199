"""Control paths of the server, used by the command line."""

import json
import os
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from platform_cli.local.addresses import (
    CONTROL_PATH,
    AddressRegistration,
    check_client_id,
    check_environment,
)
from platform_cli.local.emulator.vendor_apis import VendorApis
from platform_cli.local.persistence.durability import Durability
from platform_cli.local.persistence.snapshots import SnapshotFailed
from platform_cli.local.server.asgi import Receive, Scope, Send, read_body, send_json
from platform_cli.local.sites.registry import SiteRegistry
from platform_core.webhooks.request import Request

_Parsed = TypeVar("_Parsed")


class RequestInvalid(Exception):
    """The body of a control request cannot be used."""


@dataclass(slots=True)
class ControlApi:
    """Serves the requests of `cloud.EmbeddedCloud`."""

    sites: SiteRegistry
    vendors: VendorApis
    durability: Durability

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].removeprefix(CONTROL_PATH)
        try:
            body = _parse(_load_object, await read_body(receive) or b"{}")
            result = await self._handle(scope["method"], path, body)
        except RequestInvalid as error:
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
            case "GET", "/mails":
                return {"mails": await self.sites.emulator.list_mails()}
            case "PUT", "/clients":
                client = _parse(lambda body: AddressRegistration(**body), body)
                return asdict(self.sites.register(client))
            case "DELETE", "/clients":
                await self.sites.forget(*_parse(_load_client_name, body))
                return {}
            case "POST", "/snapshot":
                await self.durability.save_snapshot()
                return {}
            case "POST", "/deliveries":
                recorded = self.vendors.record_delivery(*_parse(_load_delivery, body))
                return {"recorded": recorded}
        return None


def _parse(load: Callable[[Any], _Parsed], raw: object) -> _Parsed:
    """Return the parsed request. Raises `RequestInvalid`.

    Errors after this are faults of the server, with status 500 and a traceback in the log.
    """
    try:
        return load(raw)
    except (TypeError, ValueError, KeyError) as error:
        raise RequestInvalid(str(error)) from error


def _load_object(body: bytes) -> dict[str, Any]:
    return dict(json.loads(body))


def _load_client_name(body: Mapping[str, Any]) -> tuple[str, str]:
    check_client_id(body["client_id"])
    check_environment(body["environment"])
    return body["client_id"], body["environment"]


def _load_delivery(body: Mapping[str, Any]) -> tuple[str, str, Request]:
    """Return the client, the provider and the request of a delivery."""
    fields = dict(body)
    client_id, provider = fields.pop("client"), fields.pop("provider")
    check_client_id(client_id)
    return client_id, provider, Request(**{**fields, "body": b64decode(fields["body"])})
