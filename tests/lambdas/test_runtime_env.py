"""The environment of each function: typed, complete, and clear about missing variables."""

import json
from collections.abc import Callable, Mapping

import pytest

from lambdas.runtime import env
from platform_core import contract

KEYS = {
    contract.CLIENT_ID: "acme",
    contract.ENVIRONMENT: "prod",
    contract.INTEGRATION_MODE: "event_driven",
    contract.INBOX_TABLE: "acme-prod-webhook-receipts",
    contract.CONTENT_TABLE: "acme-prod-unified-content-cache",
    contract.SITE_TABLE: "acme-prod-build-batching",
    contract.CONTENT_TOPIC: "arn:content",
    contract.COMMERCE_TOPIC: "arn:commerce",
    contract.BUILD_TOPIC: "arn:build",
    contract.SITE_BUCKET: "site",
    contract.DATA_BUCKET: "data",
    contract.BUILD_PROJECT: "acme-prod-composed-build",
    contract.BUILD_ROLE_ID: "AROA1",
    contract.POINTER_STORE: "arn:pointer",
    contract.TIMER: "arn:timer",
    contract.SCHEDULE_GROUP: "group",
    contract.SCHEDULE_ROLE: "arn:role",
    contract.DEAD_LETTERS_ARN: "arn:dead",
    contract.DEAD_LETTERS: "https://queue",
    contract.PROVIDERS: json.dumps({"shop": {"currency": "USD"}}),
    contract.BUILD_POLICY: json.dumps({"grace_seconds": 5}),
}
READERS = [env.read_router, env.read_ingest, env.read_builder, env.read_content_api]


@pytest.mark.parametrize("read", READERS)
def test_a_complete_environment_is_read(read: Callable[[Mapping[str, str]], object]) -> None:
    assert read(KEYS)


def test_values_are_typed() -> None:
    builder = env.read_builder(KEYS)
    assert builder.policy.grace_seconds == 5
    assert builder.client.providers == {"shop": {"currency": "USD"}}
    assert builder.client.secret_store == "ssm"
    assert builder.client.provider_api is None


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("value", [None, ""], ids=["absent", "empty"])
def test_missing_variables_are_named(
    read: Callable[[Mapping[str, str]], object], value: str | None
) -> None:
    broken = {name: text for name, text in KEYS.items() if name != contract.DATA_BUCKET}
    if value is not None:
        broken[contract.DATA_BUCKET] = value
    with pytest.raises(env.Misconfigured, match=contract.DATA_BUCKET):
        read(broken)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (contract.PROVIDERS, "{"),
        (contract.PROVIDERS, "[]"),
        (contract.BUILD_POLICY, '{"unheard_of": 1}'),
        (contract.SECRET_STORE, "notebook"),
    ],
)
def test_invalid_variables_are_named(key: str, value: str) -> None:
    with pytest.raises(env.Misconfigured, match=key):
        env.read_builder(KEYS | {key: value})


def test_a_builder_without_the_role_of_its_builds_does_not_start() -> None:
    """Without it, the builder could not tell which folder a build was allowed to write."""
    broken = {name: text for name, text in KEYS.items() if name != contract.BUILD_ROLE_ID}
    with pytest.raises(env.Misconfigured, match=contract.BUILD_ROLE_ID):
        env.read_builder(broken)


def test_direct_mode_has_no_content_table() -> None:
    direct = {name: text for name, text in KEYS.items() if name != contract.CONTENT_TABLE}
    assert env.read_builder(direct).content_table is None
