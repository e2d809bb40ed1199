"""A recorded delivery, sent to a client with its own project at the vendor."""

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from platform_cli.sample_deliveries import deliveries
from platform_cli.sample_deliveries.personalize import with_client_settings
from platform_core import providers
from platform_core.webhooks.request import Request
from tests.fakes.vendors import World, build_settings, plain, recordings, settings_of

DELIVERIES = [
    (name, event) for name in providers.provider_names() for event in sorted(recordings(name))
]


def moved(value: Any) -> Any:
    """Another project, of the same form but with another name."""
    return json.loads(json.dumps(value).replace("fjord", "birch"))


def changes(provider: str, event: str, settings: dict[str, Any], *, fit: bool) -> list[Any]:
    sent = deliveries.load_recording(provider, event)
    if fit:
        sent = with_client_settings(sent, provider, settings)
    request: Request = deliveries.sign_request(
        sent, provider, settings, "YSBzZWNyZXQ=", time.time()
    )
    world = World(provider, settings)
    world.double.record(request)
    return [
        {kind: {key: told.get(key) for key in ("id", "content_id", "subject_id", "title")}}
        for change in world.changes(request)
        for kind, told in plain(change).items()
    ]


@pytest.mark.parametrize(("provider", "event"), DELIVERIES)
def test_a_recording_is_personalized_for_another_project(provider: str, event: str) -> None:
    recorded_for = build_settings(provider, settings_of(provider, event)).model_dump(mode="json")
    expected = changes(provider, event, recorded_for, fit=False)
    assert changes(provider, event, moved(recorded_for), fit=True) == moved(expected)


def test_an_unpersonalized_push_is_about_another_repository() -> None:
    own = build_settings("decap", {"repository": "github:birch-bakery/site"}).model_dump()
    assert changes("decap", "push", own, fit=False) == []
    assert changes("decap", "push", own, fit=True) != []


def test_default_settings_are_personalized() -> None:
    own = {"repository": "github:birch-bakery/site", "branch": "live"}
    personalized = with_client_settings(deliveries.load_recording("decap", "push"), "decap", own)
    body = json.loads(personalized.body)
    assert body["ref"] == "refs/heads/live"
    assert body["repository"]["full_name"] == "birch-bakery/site"
    assert body["compare"].startswith("https://github.com/birch-bakery/site/compare/")
    assert changes("decap", "push", build_settings("decap", own).model_dump(), fit=True) != []


def test_headers_are_personalized() -> None:
    own = {"store_domain": "birch.myshopify.com"}
    personalized = with_client_settings(
        deliveries.load_recording("shopify_basic", "products/update"), "shopify_basic", own
    )
    assert "birch.myshopify.com" in personalized.headers.values()


def test_words_in_sentences_are_not_replaced() -> None:
    one = deliveries.SampleDelivery("push", {}, b'{"message":"main: the main thing","ref":"main"}')
    own = {"repository": "github:fjord-and-fern/journal", "branch": "live"}
    personalized = json.loads(with_client_settings(one, "decap", own).body)
    assert personalized["message"].endswith("the main thing")
    assert personalized["ref"] == "live"


def test_a_client_with_the_recorded_settings_gets_the_recording_unchanged() -> None:
    sent = deliveries.load_recording("decap", "push")
    assert (
        with_client_settings(sent, "decap", {"repository": "github:fjord-and-fern/journal"}) is sent
    )


def test_each_sent_push_has_a_commit_of_its_own() -> None:
    recorded = deliveries.load_recording("decap", "push")
    now = datetime(2026, 12, 1, tzinfo=UTC)
    first, second = (
        json.loads(deliveries.with_current_times(recorded, now).body) for _ in range(2)
    )
    assert first["after"] != second["after"] != json.loads(recorded.body)["after"]
    assert first["after"] == first["commits"][-1]["id"] == first["head_commit"]["id"]


def test_a_push_changes_a_file_in_the_clients_own_folder() -> None:
    settings = {"repository": "github:fern/site", "folders": {"content/news": "article"}}
    sent = with_client_settings(deliveries.load_recording("decap", "push"), "decap", settings)
    [first, *_] = json.loads(sent.body)["commits"][0]["modified"]
    assert first == "content/news/a-shelf-for-seconds.md"
