"""Checks of a change: a table, a topic, a feed and a page can represent it."""

import html
import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser

from lambdas.runtime.adapters.dynamodb.items import from_item, to_item
from platform_core import providers
from platform_core.content import model
from platform_core.content.html import TAGS, sanitize
from platform_core.content.model import UnifiedContent
from platform_core.feed import content_feed
from platform_core.feed.content_feed import SiteFacts
from platform_core.pipeline import events
from platform_core.pipeline.events import EventOrigin
from platform_core.pipeline.ports import ItemKey
from platform_core.provider import Change, Removal, Signal, Upsert
from tests.fakes.vendors import NOW, World

SITE = SiteFacts("acme", "prod", "Acme", "acme.example", "https://acme.example", "a@acme.example")
ORIGIN = EventOrigin("x#1", "x", "acme", "prod", datetime(2026, 11, 21, tzinfo=UTC))
LARGEST_MESSAGE = 25 * 1024
"""Bytes of one message. SNS takes ten messages in 256 KB, attributes included."""
NEVER = frozenset({"script", "style", "iframe", "object", "embed", "svg", "math", "form", "base"})
LONG = 100_000
"""Characters of a body that are checked."""


def assert_carried(change: Change, world: World) -> None:
    """Check one change at every stage."""
    message = events.event_for_change(change, 0, ORIGIN, existed=True)
    assert len(message.as_json().encode()) < LARGEST_MESSAGE
    assert message.content_id
    match change:
        case Upsert(item=item):
            assert_kept(item)
            assert_shown(item, world)
        case Removal():
            ItemKey(change.content_id, change.content_type, world.provider)
        case Signal():
            assert re.fullmatch(r"[a-z]+\.[a-z_]+", change.event_type)


def assert_kept(item: UnifiedContent) -> None:
    """Check that the change survives the codec of the content table and DynamoDB's types."""
    ItemKey(item.id, item.content_type, item.provider_name)
    row = model.to_row(item, "acme")
    assert model.from_row(from_item(to_item(row))) == item
    assert all(name for variant in item.variants for name in variant.options)
    model.content_digest(item)


def assert_shown(item: UnifiedContent, world: World) -> None:
    """Check that the change makes a feed entry in which no content is active."""
    shop = providers.load_commerce(world.provider)
    buy = (lambda one, variant: shop.buy(world.context, one, variant)) if shop else None
    built_feed = content_feed.build_feed(
        [item], SITE, now=NOW, shop=content_feed.Shop(buy=buy) if buy else None, preview=True
    )
    whole = json.loads(b"".join(built_feed.chunks(1, NOW)))
    json.dumps(whole, ensure_ascii=False).encode()
    assert model.SLUG.fullmatch(item.slug)
    assert "\x00" not in item.title
    assert_inert(item.body or "")


def assert_inert(body: str) -> None:
    """Check that the HTML has allowed elements, attributes and URLs only, and is stable."""
    if len(body) <= LONG:
        assert _elements(sanitize(body)) == _elements(body), "what is clean is not clean"
    _elements(body[:LONG])


def _elements(body: str) -> list[str]:
    reader = _Inert()
    reader.feed(body)
    return reader.found


class _Inert(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS - NEVER, tag
        self.found.append(tag)
        for name, value in attributes:
            assert not name.startswith("on"), name
            assert name not in {"style", "srcdoc", "formaction"}, name
            if name in {"href", "src", "cite"}:
                address = re.sub(r"[\s\x00-\x20]", "", html.unescape(value or "")).lower()
                assert not re.match(r"(?!https?:|mailto:|tel:)[a-z][a-z0-9+.-]*:", address), address

    def handle_comment(self, data: str) -> None:
        raise AssertionError("a comment")
