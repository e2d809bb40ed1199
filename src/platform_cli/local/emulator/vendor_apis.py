"""The vendors' read APIs, doubled: `/_vendors/{client_id}/{vendor host}/...`.

Each provider folder that holds `simulated.py` is served; its state is one JSON file for each
client, shared by the providers that share a double. A delivery that arrives with a valid signature
has happened at the vendor, so the double takes it over before the client's own code can ask back.
"""

import json
import logging
import re
import time
from collections.abc import Mapping
from fnmatch import fnmatch
from pathlib import Path
from shutil import rmtree
from typing import Any, Protocol
from urllib.parse import urlsplit

from platform_cli.local.addresses import VENDORS, Registration, replace_file
from platform_cli.local.emulator.client import Emulator
from platform_cli.local.server.asgi import (
    Receive,
    Scope,
    Send,
    answer,
    answer_json,
    headers_of,
    raw_target,
    read_body,
)
from platform_core import providers
from platform_core.contract import secret_path
from platform_core.errors import PipelineError, VendorUnavailable
from platform_core.http import Http, HttpResponse
from platform_core.webhooks.request import Request
from platform_core.webhooks.secrets import Secrets

log = logging.getLogger("platform.vendors")
_CLIENT = re.compile(r"[a-z0-9][a-z0-9-]*")


class Simulated(Protocol):
    """What a provider's `simulated.Simulated` offers."""

    HOSTS: tuple[str, ...]
    """Patterns of hosts; of `host/path` for a vendor that anybody can host."""

    def respond(
        self, method: str, url: str, headers: dict[str, str], body: bytes
    ) -> HttpResponse: ...

    def record(self, request: Request) -> None: ...


class Vendors:
    """The doubles of every client, and the ear that keeps them up to date."""

    def __init__(self, folder: Path, emulator: Emulator) -> None:
        self.folder = folder
        self.emulator = emulator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call of a provider module as its vendor would."""
        target = raw_target(scope).removeprefix(VENDORS + "/")
        client_id, _, address = target.partition("/")
        host = address.partition("/")[0]
        body = await read_body(receive)
        found = self._ask(client_id, scope["method"], f"https://{address}", headers_of(scope), body)
        if found is None:
            await answer_json(send, 502, {"message": f"no provider doubles the host {host}"})
            return
        headers = [(k.encode(), v.encode()) for k, v in found.headers.items()]
        await answer(send, found.status, found.body, headers)

    def record(self, client_id: str, provider: str, request: Request) -> bool:
        """Let the vendor's state be what this delivery tells; False: it has no double."""
        double = self._double(client_id, provider)
        if double is None:
            return False
        double.record(request)
        return True

    async def overhear(
        self, client: Registration, provider: str, scope: Scope, target: str, body: bytes
    ) -> None:
        """Record a delivery on its way to the client's API, if it is proven."""
        provider = providers.resolve_name(provider) or provider
        if not providers.has_module(provider, "simulated"):
            return
        now = time.time()
        request = Request(scope["method"], target, headers_of(scope), body, now)
        try:
            secrets = await self._secrets(client, provider, now)
            scheme = providers.load_webhook(provider).SIGNATURE.with_http(
                self._http(client.client_id)
            )
            scheme.verify(request, secrets, now)
            self.record(client.client_id, provider, request)
        except PipelineError as reason:
            log.info("%s: a delivery to %s is not recorded: %s", client.name, provider, reason)

    def forget(self, client_id: str) -> None:
        rmtree(self.folder / client_id, ignore_errors=True)

    async def _secrets(self, client: Registration, provider: str, now: float) -> Secrets:
        name = secret_path(client.client_id, client.environment, provider, "webhook_secret")
        reply = await self.emulator.call(
            "ssm",
            "POST",
            "/",
            headers={"x-amz-target": "AmazonSSM.GetParameter"},
            body=json.dumps({"Name": name, "WithDecryption": True}).encode(),
        )
        if not reply.ok:
            return Secrets(())
        value = json.loads(json.loads(reply.body)["Parameter"]["Value"])
        previous = value.get("previous")
        values = [value["current"]]
        if previous and previous["valid_until"] > now:
            values.append(previous["value"])
        return Secrets(tuple(text.encode() for text in values))

    def _ask(
        self, client_id: str, method: str, url: str, headers: dict[str, str], body: bytes
    ) -> HttpResponse | None:
        """What the vendor's double says; None where nobody doubles that host."""
        address = urlsplit(url)
        double = self._double(client_id, provider_at(f"{address.netloc}{address.path}") or "")
        return None if double is None else double.respond(method, url, headers, body)

    def _http(self, client_id: str) -> Http:
        """The way out of a scheme whose proof only the vendor knows, here its double."""

        def http(
            method: str,
            url: str,
            *,
            headers: Mapping[str, str] | None = None,
            body: bytes | None = None,
        ) -> HttpResponse:
            found = self._ask(client_id, method, url, dict(headers or {}), body or b"")
            if found is None:
                raise VendorUnavailable(f"no provider doubles the host of {url}")
            return found

        return http

    def _double(self, client_id: str, provider: str) -> Simulated | None:
        if not _CLIENT.fullmatch(client_id) or not providers.has_module(provider, "simulated"):
            return None
        double = providers.load_simulated(provider).Simulated
        file = self.folder / client_id / f"{home(double)}.json"

        def load() -> dict[str, Any]:
            return dict(json.loads(file.read_bytes())) if file.exists() else {}

        def save(state: dict[str, Any]) -> None:
            file.parent.mkdir(parents=True, exist_ok=True)
            replace_file(file, json.dumps(state).encode())

        made: Simulated = double(load, save)
        return made


def provider_at(address: str) -> str | None:
    """A provider whose double stands for `host/path`. What anybody can host claims a path at every
    host, in a pattern with a slash; so the narrowest claim wins, and a vendor's own host first."""
    host = address.partition("/")[0]
    claims = [
        ("/" not in pattern, len(pattern), name)
        for name in providers.provider_names()
        if providers.has_module(name, "simulated")
        for pattern in providers.load_simulated(name).Simulated.HOSTS
        if fnmatch(address if "/" in pattern else host, pattern)
    ]
    return max(claims)[2] if claims else None


def home(double: type) -> str:
    """The folder that a double lives in: it names the state of all providers that share it."""
    return double.__module__.split(".")[-2]
