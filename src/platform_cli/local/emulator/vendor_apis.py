"""Simulated vendor read APIs under `/_vendors/{key}/{client_id}/{vendor host}/...`.

The key is in the path because the headers are the vendor's own. It opens these APIs only.
Each provider with a `simulated.py` is served. Its state is one JSON file for each client, shared by
the providers that use the same simulation. A correctly signed delivery is applied to the simulated
vendor before it reaches the client's code, so that the code can read the new state back.
"""

import json
import logging
import time
from collections.abc import Mapping
from fnmatch import fnmatch
from hmac import compare_digest
from pathlib import Path
from shutil import rmtree
from typing import Any, Protocol
from urllib.parse import urlsplit

from platform_cli.local.addresses import VENDOR_PATH, AddressRegistration
from platform_cli.local.emulator.client import Emulator
from platform_cli.local.files import replace_file
from platform_cli.local.server.asgi import (
    Receive,
    Scope,
    Send,
    get_raw_target,
    parse_headers,
    read_body,
    send_json,
    send_response,
)
from platform_cli.workspace import CLIENT_ID
from platform_core import providers
from platform_core.contract import secret_path
from platform_core.errors import PipelineError, VendorUnavailable
from platform_core.http import Http, HttpResponse
from platform_core.webhooks.request import Request
from platform_core.webhooks.secrets import Secrets

log = logging.getLogger("platform.vendors")


class Simulated(Protocol):
    """Interface of a provider's `simulated.Simulated`."""

    HOSTS: tuple[str, ...]
    """Host patterns. Self-hosted vendors use patterns of `host/path`."""

    def respond(
        self, method: str, url: str, headers: dict[str, str], body: bytes
    ) -> HttpResponse: ...

    def record(self, request: Request) -> None: ...


class VendorApis:
    """Serves and updates the simulated vendors of all clients."""

    def __init__(self, folder: Path, emulator: Emulator, key: str) -> None:
        self.folder = folder
        self.emulator = emulator
        self._key = key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to a provider module's request as the vendor would."""
        target = get_raw_target(scope).removeprefix(VENDOR_PATH + "/")
        key, _, client_address = target.partition("/")
        if not compare_digest(key.encode(), self._key.encode()):
            await send_json(send, 403, {"message": "the address carries no valid key"})
            return
        client_id, _, address = client_address.partition("/")
        host = address.partition("/")[0]
        body = await read_body(receive)
        response = self._respond(
            client_id, scope["method"], f"https://{address}", parse_headers(scope), body
        )
        if response is None:
            await send_json(send, 502, {"message": f"no provider simulates the host {host}"})
            return
        headers = [(k.encode(), v.encode()) for k, v in response.headers.items()]
        await send_response(send, response.status, response.body, headers)

    def record_delivery(self, client_id: str, provider: str, request: Request) -> bool:
        """Apply a delivery to the vendor's state. Returns False without a simulation."""
        simulated = self._load_simulated(client_id, provider)
        if simulated is None:
            return False
        simulated.record(request)
        return True

    async def record_if_signed(
        self, client: AddressRegistration, provider: str, scope: Scope, target: str, body: bytes
    ) -> None:
        """Apply a delivery on its way to the client's API, if its signature is valid."""
        provider = providers.resolve_name(provider) or provider
        if not providers.has_module(provider, "simulated"):
            return
        now = time.time()
        request = Request(scope["method"], target, parse_headers(scope), body, now)
        try:
            secrets = await self._load_secrets(client, provider, now)
            scheme = providers.load_webhook(provider).SIGNATURE.with_http(
                self._make_http(client.client_id)
            )
            scheme.verify(request, secrets, now)
            self.record_delivery(client.client_id, provider, request)
        except PipelineError as error:
            log.info("%s: a delivery to %s is not recorded: %s", client.name, provider, error)

    def delete_client_state(self, client_id: str) -> None:
        rmtree(self.folder / client_id, ignore_errors=True)

    async def _load_secrets(
        self, client: AddressRegistration, provider: str, now: float
    ) -> Secrets:
        name = secret_path(client.client_id, client.environment, provider, "webhook_secret")
        response = await self.emulator.call(
            "ssm",
            "POST",
            "/",
            headers={"x-amz-target": "AmazonSSM.GetParameter"},
            body=json.dumps({"Name": name, "WithDecryption": True}).encode(),
        )
        if not response.ok:
            return Secrets(())
        value = json.loads(json.loads(response.body)["Parameter"]["Value"])
        previous = value.get("previous")
        values = [value["current"]]
        if previous and previous["valid_until"] > now:
            values.append(previous["value"])
        return Secrets(tuple(text.encode() for text in values))

    def _respond(
        self, client_id: str, method: str, url: str, headers: dict[str, str], body: bytes
    ) -> HttpResponse | None:
        """Return the simulated response, or None if no provider simulates that host."""
        address = urlsplit(url)
        simulated = self._load_simulated(
            client_id, find_provider(f"{address.netloc}{address.path}") or ""
        )
        return None if simulated is None else simulated.respond(method, url, headers, body)

    def _make_http(self, client_id: str) -> Http:
        """Return an HTTP client for signature schemes that ask the vendor, here its simulation."""

        def send(
            method: str,
            url: str,
            *,
            headers: Mapping[str, str] | None = None,
            body: bytes | None = None,
        ) -> HttpResponse:
            response = self._respond(client_id, method, url, dict(headers or {}), body or b"")
            if response is None:
                raise VendorUnavailable(f"no provider simulates the host of {url}")
            return response

        return send

    def _load_simulated(self, client_id: str, provider: str) -> Simulated | None:
        if not CLIENT_ID.fullmatch(client_id) or not providers.has_module(provider, "simulated"):
            return None
        simulated_class = providers.load_simulated(provider).Simulated
        file = self.folder / client_id / f"{get_state_name(simulated_class)}.json"

        def load() -> dict[str, Any]:
            return dict(json.loads(file.read_bytes())) if file.exists() else {}

        def save(state: dict[str, Any]) -> None:
            file.parent.mkdir(parents=True, exist_ok=True)
            replace_file(file, json.dumps(state).encode())

        simulated: Simulated = simulated_class(load, save)
        return simulated


def find_provider(address: str) -> str | None:
    """Return the provider whose simulation serves `host/path`, or None.

    Self-hosted vendors claim a path on every host. An exact host wins over a path, and a longer
    pattern over a shorter one.
    """
    host = address.partition("/")[0]
    claims = [
        ("/" not in pattern, len(pattern), name)
        for name in providers.provider_names()
        if providers.has_module(name, "simulated")
        for pattern in providers.load_simulated(name).Simulated.HOSTS
        if fnmatch(address if "/" in pattern else host, pattern)
    ]
    return max(claims)[2] if claims else None


def get_state_name(simulated_class: type) -> str:
    """Return the simulation's folder name, which also names the state file its providers share."""
    return simulated_class.__module__.split(".")[-2]
