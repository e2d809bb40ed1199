"""The content for a development server: that of a build, at another address, without a build."""

import json

from platform_core import contract
from platform_core.pipeline.actions import WriteContent, action_from, to_message
from platform_core.pipeline.build.snapshot import write_dev_content
from platform_core.pipeline.ingest.content_sync import sync_provider
from tests.fakes.pipeline.vendor import article
from tests.fakes.pipeline.world import World

URL = "http://127.0.0.1:3000"


def test_the_content_is_that_of_a_build_at_another_address() -> None:
    world = World()
    world.vendor.items = {"a": article("a", 1, "A"), "b": article("b", 1, "B", status="draft")}
    sync_provider(world.ingest_deps, world.content, "shop", world.clock() + 60)
    before = world.site.read()
    report = write_dev_content(world.desk, URL)
    feed = json.loads(world.data.files[report.key][0])
    assert (report.key, report.items, report.covers) == (contract.DEV_CONTENT, 1, before.changed)
    assert [entry["title"] for entry in feed["articles"]] == ["A"]
    assert feed["site"]["url"] == URL
    assert (world.site.read(), world.builds.jobs) == (before, {})


def test_each_content_replaces_the_former_one() -> None:
    world = World()
    for title in ("A", "B"):
        world.vendor.items = {"a": article("a", ord(title), title)}
        sync_provider(world.ingest_deps, world.content, "shop", world.clock() + 60)
        write_dev_content(world.desk, URL)
    feed = json.loads(world.data.files[contract.DEV_CONTENT][0])
    assert [entry["title"] for entry in feed["articles"]] == ["B"]


def test_the_message_comes_back_as_the_action() -> None:
    assert action_from(to_message(WriteContent(URL))) == WriteContent(URL)
