"""The router's real handler with an in-memory client for every provider."""

import hashlib
import importlib
import json
import os
import time
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TextIO, cast
from unittest.mock import patch

from lambdas.runtime.adapters.dynamodb.deliveries import to_record
from lambdas.runtime.adapters.dynamodb.inbox import to_item
from platform_core import contract, providers
from platform_core.errors import SecretStoreUnavailable, StoreUnavailable, VendorUnavailable
from platform_core.http import HttpResponse
from platform_core.ingress.call_backs import CallBackBudget
from platform_core.ingress.refusals import RefusalSampler
from platform_core.pipeline.ingest.inbox_row import new_row
from platform_core.webhooks.request import Delivery, Request
from platform_core.webhooks.secrets import Secrets
from platform_core.webhooks.signatures import Scheme
from tests.fakes import vendors
from tests.fakes.pipeline import Clock

NOW = vendors.NOW.timestamp()


def settings_of(name: str, event: str | None = None) -> dict[str, Any]:
    given = vendors.settings_of(name, event) if event else {}
    made = vendors.build_settings(name, given)
    return dict(made.model_dump(mode="json", exclude_unset=True))


def secret_of(name: str, which: str = "current") -> bytes:
    """Return a provider's secrets. A vendor with two schemes signs with one and sends the other."""
    made = b64encode(hashlib.sha256(f"{name} {which}".encode()).digest())
    return made if which == "current" else b"whsec_" + made


def router() -> Any:
    """Return the handler's module, loaded for a client that has every provider."""
    every = {name: settings_of(name) for name in providers.provider_names()}
    environment = {
        contract.CLIENT_ID: "acme",
        contract.ENVIRONMENT: "prod",
        contract.INTEGRATION_MODE: "direct",
        contract.INBOX_TABLE: "inbox",
        contract.DATA_BUCKET: "data",
        contract.PROVIDERS: json.dumps(every),
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    with patch.dict(os.environ, environment):
        return importlib.import_module("lambdas.webhook_router.handler")


class RowInbox:
    """Stores each delivery as a row and reads it back, as the table would."""

    def __init__(self) -> None:
        self.kept: set[str] = set()
        self.down = False
        self.last: Delivery | None = None

    def put(self, delivery: Delivery, *, quarantine_reason: str | None = None) -> bool:
        row = to_item(new_row(delivery, "acme", None, quarantine_reason))
        json.dumps({name: value for name, value in row.items() if name != "body"}).encode()
        if self.down:
            raise StoreUnavailable("no answer")
        self.last = to_record(row).delivery(row["body"]["B"])
        new = delivery.id not in self.kept
        self.kept.add(delivery.id)
        return new


class Safe:
    """Two valid secrets for each provider."""

    def __init__(self) -> None:
        self.down = False

    def read(self, provider: str, name: str, *, fresh: bool = False) -> Secrets:
        if self.down:
            raise SecretStoreUnavailable("no answer")
        return Secrets((secret_of(provider), secret_of(provider, "previous")))


class Paper:
    """Collects the log and checks the form of every line."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, text: str) -> int:
        self.lines += text.encode().decode().rstrip().split("\n")
        return len(text)

    def flush(self) -> None:
        pass


class Client:
    """A client for one recorded delivery."""

    def __init__(self, name: str, event: str) -> None:
        self.name = name
        self.router = router()
        self.recording: Mapping[str, Any] = vendors.recordings(name)[event]
        self.world = vendors.World(name, vendors.settings_of(name, event))
        self.scheme: Scheme = vendors.scheme_of(name, self.world.settings)
        self.clock, self.inbox, self.safe, self.paper = Clock(NOW), RowInbox(), Safe(), Paper()
        self.vendor_down = False
        self.seconds = 0.0
        """CPU seconds of the last response."""
        every = {each: settings_of(each) for each in providers.provider_names()}
        self.deps = replace(
            self.router.deps,
            settings={**every, name: settings_of(name, event)},
            secrets=self.safe,
            inbox=self.inbox,
            http=self._http,
            clock=self.clock,
            sleep=self.clock.sleep,
            last_fresh={},
        )

    def answer(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Return the response for the gateway."""
        self.clock.now = NOW
        self.inbox.last = None
        self.paper.lines.clear()
        self.router.log.handlers[0].setStream(cast("TextIO", self.paper))
        began = time.process_time()
        # Each request meets unused limits, so its response and its line depend on it alone.
        deps = replace(self.deps, call_backs=CallBackBudget())
        with (
            patch.object(self.router, "deps", deps),
            patch.object(self.router, "refusals", RefusalSampler()),
        ):
            response = dict(self.router.handler(event, None))
        self.seconds = time.process_time() - began
        return response

    @property
    def bare(self) -> Request:
        return vendors.unsigned(self.recording)

    def _http(self, method: str, url: str, **said: Any) -> HttpResponse:
        if self.vendor_down:
            raise VendorUnavailable("no answer")
        return self.world.http(method, url, **said)


def recorded() -> list[tuple[str, str]]:
    """Return every provider with its recorded deliveries."""
    return [
        (name, event)
        for name in providers.provider_names()
        for event in sorted(vendors.recordings(name))
    ]
