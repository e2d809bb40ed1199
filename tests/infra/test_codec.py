"""A blueprint survives its encoding as JSON, and any other text is refused."""

import json
import math
from collections.abc import Callable
from typing import Any

import pytest

from platform_cli import engines
from platform_cli.blueprint import codec
from platform_cli.blueprint.compose import compose
from platform_cli.config.model import providers_of_kind
from platform_cli.errors import PlatformError
from platform_core.provider import Kind
from tests.infra.clients import ACCOUNT, BLUEPRINTS, EMBEDDED, client
from tests.infra.combinations import Combination, combinations

Document = dict[str, Any]


def test_every_combination_survives_encoding() -> None:
    """`repr` compares types, too: 3 and 3.0 are equal, and make different templates."""
    every = list(combinations())
    for combination in every:
        blueprint = combination.blueprint()
        assert repr(codec.from_json(codec.to_json(blueprint))) == repr(blueprint), combination
    sites = {(choice.engine, choice.cms, choice.commerce) for choice in every}
    assert len(sites) == len(engines.starter_engine_names()) * math.prod(
        len(providers_of_kind(each)) + 1 for each in Kind
    )


@pytest.mark.parametrize("name", sorted(BLUEPRINTS))
def test_every_extra_survives_encoding(name: str) -> None:
    blueprint = BLUEPRINTS[name]().for_target(EMBEDDED, ACCOUNT).with_deployment_name("AnotherName")
    assert repr(codec.from_json(codec.to_json(blueprint))) == repr(blueprint)


def test_a_number_stays_as_the_client_wrote_it() -> None:
    written = compose(client(builds={"grace_seconds": 7, "staleness_slo_seconds": 600.5}))
    assert repr(codec.from_json(codec.to_json(written))) == repr(written)


def test_each_part_is_tagged_with_its_kind() -> None:
    document = json.loads(
        codec.to_json(Combination("hugo", "sanity", "foxy", "event_driven").blueprint())
    )
    assert [part["kind"] for part in document["parts"]] == [
        "site", "builds", "webhooks", "content", "alarms",
    ]  # fmt: skip


def unknown_key(document: Document) -> None:
    document["colour"] = "red"


def unknown_key_of_a_part(document: Document) -> None:
    document["parts"][0]["colour"] = "red"


def missing_key(document: Document) -> None:
    del document["names"]["environment"]


def missing_key_with_a_default(document: Document) -> None:
    del document["parts"][1]["build_timeout_minutes"]


def unknown_kind(document: Document) -> None:
    document["parts"][0]["kind"] = "shop"


def missing_kind(document: Document) -> None:
    del document["parts"][0]["kind"]


def wrong_type(document: Document) -> None:
    document["retain_data"] = "yes"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (unknown_key, "colour: unknown key"),
        (unknown_key_of_a_part, "parts.0.colour: unknown key"),
        (missing_key, "names.environment: "),
        (missing_key_with_a_default, "parts.1.build_timeout_minutes: missing key"),
        (unknown_kind, "parts.0: .*'shop'"),
        (missing_kind, "parts.0: .*'kind'"),
        (wrong_type, "retain_data: "),
    ],
)
def test_invalid_json_is_refused_with_its_position(
    change: Callable[[Document], None], message: str
) -> None:
    document = json.loads(codec.to_json(BLUEPRINTS["composed"]()))
    change(document)
    with pytest.raises(PlatformError, match=f"^malformed blueprint: {message}"):
        codec.from_json(json.dumps(document))


def test_text_that_is_not_json_is_refused() -> None:
    with pytest.raises(PlatformError, match=r"^malformed blueprint: the whole: "):
        codec.from_json("{")
