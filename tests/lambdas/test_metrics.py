"""Metrics of a delivery, a build and a flip, which are part of the log line."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from aws_lambda_powertools import Logger

from lambdas.runtime.adapters.event_bus import NoTopics
from lambdas.runtime.metrics import with_metrics
from lambdas.runtime.wiring import pipeline_log
from platform_core import contract
from platform_core.errors import VendorUnavailable
from platform_core.pipeline.ingest.worker import Ingest
from platform_core.pipeline.replay.replay import replay_deliveries
from tests.fakes.pipeline import T0, World
from tests.lambdas.emf import metrics


def written(facts: dict[str, object]) -> dict[str, Any]:
    """Return the line that the logger writes for these facts, as CloudWatch reads it."""
    stream = io.StringIO()
    log = Logger(service=uuid4().hex, stream=stream, client_id="acme")
    pipeline_log(log)("something", **facts)
    lines = stream.getvalue().splitlines()
    assert len(lines) == 1
    return dict(json.loads(lines[0]))


def of(line: dict[str, Any]) -> dict[tuple[str, str], float]:
    now = line["_aws"]["Timestamp"] / 1000 if "_aws" in line else 0.0
    return {(name, provider): value for name, provider, value in metrics(line, now)}


def told(world: World, message: str) -> Iterator[dict[tuple[str, str], float]]:
    return (of(written(facts)) for facts in world.logged(message))


def test_a_line_without_numbers_is_not_changed() -> None:
    assert with_metrics({"provider": "shop", "reason": "none"}, T0) == {
        "provider": "shop",
        "reason": "none",
    }


def test_zero_is_not_written_as_a_metric() -> None:
    assert "_aws" not in with_metrics({"provider": "shop", contract.PUBLISHED: 0}, T0)
    line = with_metrics({"provider": "shop", contract.APPLIED: 1, contract.PUBLISHED: 0}, T0)
    assert of(line) == {("applied", "shop"): 1}


def test_the_provider_is_the_only_dimension_and_the_client_a_property() -> None:
    line = written({"provider": "shop", contract.APPLIED: 1})
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert directive["Dimensions"] == [["provider"]]
    assert line["client_id"] == "acme"
    assert "acme" not in json.dumps(line["_aws"])


def test_a_line_without_a_provider_has_no_dimension() -> None:
    line = written({contract.BUILD: 61.5, "attempt": "20261121-101502123-7f3a2c"})
    assert line["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [[]]
    assert of(line) == {("build_seconds", ""): 61.5}


def test_a_line_with_every_metric_is_valid_for_cloudwatch() -> None:
    line = written({"provider": "shop", **dict.fromkeys(contract.METRICS, 1.5)})
    assert len(of(line)) == len(contract.METRICS)


def test_an_applied_delivery_counts_itself_its_events_and_its_time() -> None:
    world = World()
    delivery = world.edit("tea", 1)
    world.clock.sleep(2.5)
    world.ingest.apply_deliveries([delivery])
    (counts,) = told(world, "delivery applied")
    assert counts == {
        ("applied", "shop"): 1,
        ("published", "shop"): 1,
        ("apply_seconds", "shop"): 2.5,
    }


def test_an_unchanged_delivery_counts_as_a_duplicate() -> None:
    world = World()
    world.ingest.apply_deliveries([world.edit("tea", 1)])
    current = world.vendor.items["tea"].model_dump(mode="json")
    unchanged = world.deliver({"kind": "upsert", "items": [current]}, "another id")
    world.clock.sleep(1)
    world.ingest.apply_deliveries([unchanged])
    *_, counts = told(world, "delivery applied")
    assert counts[("duplicates", "shop")] == 1
    assert ("applied", "shop") not in counts


def test_a_replay_counts_from_its_request() -> None:
    world = World()
    delivery = world.edit("tea", 1)
    world.ingest.apply_deliveries([delivery])
    world.clock.sleep(9 * 24 * 3600)
    world.vendor.errors = [VendorUnavailable("no answer")]
    replay_deliveries(world.ingest_deps, [delivery], world.clock() + 100)
    world.clock.sleep(30)
    world.ingest.sweep(world.clock() + 100)
    *_, counts = told(world, "delivery applied")
    assert counts[("apply_seconds", "shop")] == 30


@pytest.fixture
def direct() -> World:
    """In direct mode."""
    world = World()
    world.ingest = Ingest(replace(world.ingest_deps, bus=NoTopics()))
    delivery = world.edit("tea", 1)
    world.clock.sleep(1)
    world.ingest.apply_deliveries([delivery])
    return world


def test_without_topics_no_event_is_published(direct: World) -> None:
    (counts,) = told(direct, "delivery applied")
    assert ("published", "shop") not in counts


def built(world: World) -> None:
    world.ingest.apply_deliveries([world.edit("tea", 1)])
    world.builder.reconcile()
    world.pass_time(10)
    world.clock.sleep(50)
    world.finish_builds()


def test_a_build_reports_the_time_from_change_to_live() -> None:
    world = World()
    built(world)
    (counts,) = told(world, "build succeeded")
    assert counts == {("build_seconds", ""): 20.0, ("live_seconds", ""): 60.0}


def test_a_build_that_is_not_live_reports_no_such_time() -> None:
    world = World()
    built(world)
    world.site.row["pinned"] = True
    world.ingest.apply_deliveries([world.edit("tea", 2)])
    world.builder.reconcile()
    world.pass_time(10)
    world.finish_builds()
    *_, counts = told(world, "build succeeded")
    assert ("live_seconds", "") not in counts
