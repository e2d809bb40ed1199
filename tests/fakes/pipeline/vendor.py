"""A vendor with an API, its content, and the meaning of its webhooks."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel

from platform_core.content.model import UnifiedContent
from platform_core.errors import (
    Malformed,
    NoListing,
    NotYetVisible,
    StoreUnavailable,
    VendorUnavailable,
)
from platform_core.http import HttpResponse
from platform_core.provider import Change, Context, Erasure, Removal, Signal, Upsert
from platform_core.webhooks.request import Delivery
from tests.fakes.pipeline.steps import T0, Crash, Steps


class NoSettings(BaseModel):
    """The shop below has no settings."""


@dataclass
class ShopVendor:
    """A vendor with an API, its content, and the meaning of its webhooks."""

    items: dict[str, UnifiedContent] = field(default_factory=dict)
    visible_items: dict[str, UnifiedContent] | None = None
    """The content that a lagging API shows; None: the current content."""
    errors: list[Exception] = field(default_factory=list)
    lists: bool = True
    step: Steps = field(default_factory=Steps)
    mended: bool = False
    """Whether a deploy added support for deliveries that were malformed before."""

    def changes(self, context: Context, delivery: Delivery) -> Sequence[Change]:
        if self.errors:
            raise self.errors.pop()
        body = json.loads(delivery.request.body)
        match body["kind"]:
            case "upsert":
                return [Upsert(UnifiedContent.model_validate(item)) for item in body["items"]]
            case "removal":
                return [Removal(body["id"], "article", body.get("version"))]
            case "reference":
                current = self.current(context, body["id"], "article")
                if current is None or current.version < body["version"]:
                    raise NotYetVisible("the API still shows an older version")
                return [Upsert(current, authoritative=True)]
            case "push":
                return []
            case "order":
                return [Signal("order.placed", body["id"])]
            case "erasure":
                return [Erasure("customer-1", orders=tuple(body["orders"]))]
            case "poison" if self.mended:
                return [Upsert(UnifiedContent.model_validate(body["item"]))]
            case "deadly":
                raise Crash("killed by a delivery")
            case "poison":
                raise KeyError(f"nobody thought of this: {body}")
            case _:
                raise Malformed("not understood")

    def list_all(self, context: Context) -> Iterator[UnifiedContent]:
        if not self.lists:
            raise NoListing("nothing is listed")
        self._ask()
        yield from list(self._shown().values())

    def current(
        self, context: Context, content_id: str, content_type: str
    ) -> UnifiedContent | None:
        if not self.lists:
            raise NoListing("nothing is listed")
        self._ask()
        return self._shown().get(content_id)

    def _ask(self) -> None:
        try:
            self.step("vendor.ask")
        except StoreUnavailable as error:
            raise VendorUnavailable(str(error)) from None

    def _shown(self) -> dict[str, UnifiedContent]:
        return self.items if self.visible_items is None else self.visible_items


def article(name: str, version: int, title: str, **more: Any) -> UnifiedContent:
    moment = datetime.fromtimestamp(T0, UTC)
    fields_of_it: dict[str, Any] = {
        "id": name,
        "title": title,
        "slug": name,
        "content_type": "article",
        "provider_type": "cms",
        "provider_name": "shop",
        "version": version,
        "created_at": moment,
        "updated_at": moment,
        "synced_at": moment,
    }
    return UnifiedContent.model_validate(fields_of_it | more)


def no_network(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> HttpResponse:
    raise AssertionError("the shop needs no network")
