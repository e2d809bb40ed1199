"""Deliveries of `send`: with the current time, edited, and signed for the entry point."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from platform_cli.errors import Exit, UsageError
from platform_cli.operations.wait import find_changed_page_urls
from platform_cli.sample_deliveries import deliveries
from platform_cli.sample_deliveries.deliveries import SampleDelivery
from platform_cli.sample_deliveries.site_probe import parse_headline
from platform_core import providers
from platform_core.errors import Rejected
from platform_core.webhooks.secrets import Secrets
from tests.fakes.vendors import World, build_settings, settings_of

NOW = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)


def made(body: object) -> SampleDelivery:
    return SampleDelivery("article.published", {"X-Topic": "a"}, json.dumps(body).encode())


def read(recorded: SampleDelivery) -> object:
    return json.loads(recorded.body)


def test_an_edit_sets_a_field_wherever_it_is() -> None:
    body = {"title": "Old", "variants": [{"price": "9.00", "stock": 1}]}
    edits = {"title": "7", "variants.0.stock": "0"}
    assert read(deliveries.with_edits(made(body), edits)) == {
        "title": "7",
        "variants": [{"price": "9.00", "stock": 0}],
    }


@pytest.mark.parametrize("path", ["name", "variants.5.price", "variants.first", "title.x"])
def test_an_edit_of_an_unknown_field_is_refused_with_the_known_fields(path: str) -> None:
    with pytest.raises(UsageError) as refused:
        deliveries.with_edits(made({"title": "Old", "variants": []}), {path: "new"})
    assert refused.value.findings[0].hint == "it has: title, variants"


def test_a_recording_gets_the_current_time() -> None:
    body = {
        "_rev": "old",
        "_updatedAt": "2020-01-01T00:00:00Z",
        "_createdAt": "2020-01-01T00:00:00Z",
        "variants": [{"updated_at": "2020-01-01T00:00:00+02:00"}],
        "updated_by": "an editor",
        "pushed_at": 1577836800,
        "updated_by_id": 7,
        "revision": 3,
    }
    fresh = read(deliveries.with_current_times(made(body), NOW))
    assert isinstance(fresh, dict)
    assert fresh.pop("_rev") != "old"
    assert fresh == {
        "_updatedAt": "2026-11-21T10:30:00.000Z",
        "_createdAt": "2020-01-01T00:00:00Z",
        "variants": [{"updated_at": "2026-11-21T10:30:00.000Z"}],
        "updated_by": "an editor",
        "pushed_at": int(NOW.timestamp()),
        "updated_by_id": 7,
        "revision": int(NOW.timestamp()),
    }


def test_a_body_that_is_no_json_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "body.txt"
    file.write_bytes(b"not json")
    delivery = deliveries.load_file(file, "anything")
    assert deliveries.with_current_times(delivery, NOW).body == b"not json"


def test_a_file_may_be_a_recording_or_the_bare_body(tmp_path: Path) -> None:
    file = tmp_path / "delivery.json"
    file.write_text('{"event": "a.b", "headers": {"x-a": "1"}, "body": {"id": 1}}')
    assert deliveries.load_file(file, "") == SampleDelivery("a.b", {"x-a": "1"}, b'{"id":1}')
    file.write_text('{"id": 1}')
    assert deliveries.load_file(file, "a.b").body == b'{"id": 1}'


@pytest.mark.parametrize("provider", providers.provider_names())
def test_every_recording_gets_a_valid_signature(provider: str) -> None:
    assert deliveries.list_events(provider)
    for event in deliveries.list_events(provider):
        now = time.time()
        settings = build_settings(provider, settings_of(provider, event)).model_dump(mode="json")
        scheme = providers.load_webhook(provider).SIGNATURE.bind(settings)
        scheme = scheme.with_http(World(provider).http)
        recorded = deliveries.load_recording(provider, event)
        request = deliveries.sign_request(recorded, provider, settings, "rightkey", now)
        scheme.verify(request, Secrets((b"rightkey",)), now)
        with pytest.raises(Rejected):
            scheme.verify(request, Secrets((b"wrongkey",)), now)


@pytest.mark.parametrize("provider", providers.provider_names())
def test_dots_and_slashes_name_the_same_event(provider: str) -> None:
    for event in deliveries.list_events(provider):
        one, other = (
            deliveries.load_recording(provider, event.replace("/", each)) for each in "/."
        )
        assert one == other


def test_an_unknown_event_suggests_the_nearest_one() -> None:
    provider = providers.provider_names()[0]
    event = deliveries.list_events(provider)[0]
    with pytest.raises(UsageError) as refused:
        deliveries.load_recording(provider, event + "x")
    assert refused.value.exit_code == Exit.USAGE
    assert event in refused.value.findings[0].hint


def test_changed_pages_are_the_differences_between_two_releases() -> None:
    old = {
        "index.html": {"sha256": "a"},
        "old/index.html": {"sha256": "b"},
        "x.css": {"sha256": "c"},
    }
    new = {
        "index.html": {"sha256": "A"},
        "new/index.html": {"sha256": "b"},
        "x.css": {"sha256": "d"},
    }
    assert find_changed_page_urls(old, new) == ["/", "/new/", "/old/"]


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ('<h1 class="a">Light &amp; <em>shade</em></h1><h1>Other</h1>', "Light & shade"),
        ("<h2>None</h2>", ""),
    ],
)
def test_the_headline_of_a_page(page: str, text: str) -> None:
    assert parse_headline(page) == text
