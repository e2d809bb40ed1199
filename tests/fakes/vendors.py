"""Providers in tests: their recorded deliveries, their simulations, and a context."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from importlib import import_module
from importlib.resources import files
from typing import Any

from platform_core import providers
from platform_core.content.model import SLUG, UnifiedContent, from_row, to_row
from platform_core.http import HttpResponse
from platform_core.provider import Change, Context, Erasure, Removal, Signal, Upsert
from platform_core.webhooks.request import Delivery, Request
from platform_core.webhooks.signatures import Scheme

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SECRET = b"YSBzZWNyZXQgb2YgdGhlIHRlc3Rz"
"""The secret in base64, for vendors that require it."""


@dataclass
class World:
    """A client with one provider, whose API is simulated."""

    provider: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    state: dict[str, Any] = field(default_factory=dict)
    requested_urls: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        module = import_module(f"{providers.package_of(self.provider)}.simulated")
        self.double = module.Simulated(lambda: json.loads(json.dumps(self.state)), self._save)

    def _save(self, state: dict[str, Any]) -> None:
        self.state = json.loads(json.dumps(state))

    def http(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> HttpResponse:
        self.requested_urls.append(url)
        answer: HttpResponse = self.double.respond(method, url, dict(headers or {}), body or b"")
        return answer

    @property
    def context(self) -> Context:
        return Context(
            client_id="acme",
            environment="prod",
            settings=build_settings(self.provider, self.settings),
            secret=lambda name: f"the value of {name}",
            http=self.http,
            now=NOW,
        )

    def changes(self, request: Request) -> list[Change]:
        key = providers.load_webhook(self.provider).delivery_key(request)
        delivery = Delivery(self.provider, key, request)
        return list(providers.load_content(self.provider).changes(self.context, delivery))


def build_settings(provider: str, given: Mapping[str, Any] | None = None) -> Any:
    """Return settings of a provider: its examples, with the given ones on top."""
    model = providers.load_settings(provider).Settings
    examples = {
        name: (field.examples or [None])[0]
        for name, field in model.model_fields.items()
        if field.is_required() or field.examples
    }
    return model.model_validate({**examples, **(given or {})})


def recordings(provider: str) -> dict[str, dict[str, Any]]:
    """Return a provider's recorded deliveries by event."""
    folder = files(providers.package_of(provider)) / "deliveries"
    recorded = [json.loads(file.read_text("utf-8")) for file in folder.iterdir()]
    return {each["event"]: each for each in recorded}


def unsigned(recording: Mapping[str, Any]) -> Request:
    body = recording.get("body_text") or json.dumps(recording["body"], ensure_ascii=False)
    return request(body.encode(), recording["headers"])


def request(body: bytes, headers: Mapping[str, str] | None = None) -> Request:
    lower = {name.lower(): value for name, value in (headers or {}).items()}
    lower.setdefault("content-type", "application/json")
    return Request("POST", "/webhooks/x", lower, body, NOW.timestamp())


def settings_of(provider: str, event: str) -> dict[str, Any]:
    """Return the settings of a client that this recording is for, if they are not the examples."""
    return dict(recordings(provider)[event].get("settings", {}))


def scheme_of(provider: str, settings: Mapping[str, Any] | None = None) -> Scheme:
    """Return the signature scheme of a client with these settings."""
    values = build_settings(provider, settings).model_dump(mode="json", exclude_unset=True)
    return providers.load_webhook(provider).SIGNATURE.bind(values)


def signed(
    provider: str,
    made: Request,
    at: float = NOW.timestamp(),
    settings: Mapping[str, Any] | None = None,
) -> Request:
    """As the vendor would send it to a client with these settings."""
    proof = scheme_of(provider, settings).sign(made, SECRET, at)
    return replace(made, headers={**made.headers, **proof})


def edited(made: Request, **fields: object) -> Request:
    """Return the body with these fields set."""
    return replace(made, body=json.dumps({**json.loads(made.body), **fields}).encode())


def plain(change: Change) -> dict[str, Any]:
    """Return a change in the notation of `becomes`."""
    match change:
        case Upsert(item=item):
            facts = item.model_dump(mode="json") | {"available": item.available}
            return {"upsert": facts}
        case Removal():
            return {
                "removal": {"content_id": change.content_id, "content_type": change.content_type}
            }
        case Signal():
            return {"signal": {"event_type": change.event_type, "subject_id": change.subject_id}}
        case Erasure():
            return {
                "erasure": {
                    "subject_id": change.subject_id,
                    "orders": list(change.orders),
                    "is_whole_shop": change.is_whole_shop,
                }
            }


def assert_sound(item: UnifiedContent, provider: str) -> None:
    """Assert the properties that every item has, for any provider."""
    manifest = providers.load_manifest(provider)
    assert item.provider_name == provider
    assert item.provider_type == manifest.kind.value
    assert SLUG.fullmatch(item.slug)
    assert item.title == item.title.strip()
    assert item.title
    assert not re.search(
        r"<script|<style|<iframe|\son\w+=|javascript:", item.body or "", re.IGNORECASE
    )
    times: list[datetime | None] = [item.created_at, item.updated_at, item.published_at]
    assert all(time.tzinfo for time in times if time)
    prices = [item.price, *(variant.price for variant in item.variants)]
    assert all(isinstance(price.amount, Decimal) for price in prices if price)
    item.model_dump_json()
    row = to_row(item, "acme")
    assert from_row(row) == item
