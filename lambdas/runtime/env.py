"""The environment of each function, read once and typed; what is missing is named at the start.

One type per function says what that function needs, by the keys of `platform_core.contract`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from platform_core import contract
from platform_core.batching import Policy


class Misconfigured(RuntimeError):
    """The function's environment is not what a deploy writes. A bug of ours, so no retry helps."""


@dataclass(frozen=True, slots=True)
class Client:
    """What every function knows of its client."""

    client_id: str
    environment: str
    integration_mode: str
    providers: Mapping[str, Mapping[str, Any]]
    """Provider name -> its settings."""
    secret_store: str
    """`ssm` or `secretsmanager`: the AWS service that keeps them."""
    provider_api: str | None
    """Where the provider simulator listens, on the embedded target only."""


@dataclass(frozen=True, slots=True)
class Router:
    client: Client
    inbox_table: str
    data_bucket: str


@dataclass(frozen=True, slots=True)
class Ingest:
    client: Client
    inbox_table: str
    content_table: str
    site_table: str
    data_bucket: str
    topics: Mapping[str, str]
    """Environment key of a topic (`Event.topic()`) -> its ARN."""
    dead_letters: str


@dataclass(frozen=True, slots=True)
class Builder:
    client: Client
    site_table: str
    site_bucket: str
    data_bucket: str
    project: str
    pointer_store: str
    timer: str
    schedule_group: str
    schedule_role: str
    dead_letters_arn: str
    """Where a schedule puts a call that it could not make."""
    policy: Policy
    inbox_table: str | None
    """Direct mode only: the builder drives the inbox itself."""
    content_table: str | None
    """Event-driven mode only."""
    build_topic: str | None
    dead_letters: str | None
    preview: bool
    """Drafts are on the site."""


@dataclass(frozen=True, slots=True)
class ContentApi:
    client: Client
    content_table: str
    data_bucket: str


def router(environ: Mapping[str, str]) -> Router:
    return Router(
        client=client(environ),
        inbox_table=_text(environ, contract.INBOX_TABLE),
        data_bucket=_text(environ, contract.DATA_BUCKET),
    )


def ingest(environ: Mapping[str, str]) -> Ingest:
    topics = (contract.CONTENT_TOPIC, contract.COMMERCE_TOPIC)
    return Ingest(
        client=client(environ),
        inbox_table=_text(environ, contract.INBOX_TABLE),
        content_table=_text(environ, contract.CONTENT_TABLE),
        site_table=_text(environ, contract.SITE_TABLE),
        data_bucket=_text(environ, contract.DATA_BUCKET),
        topics={key: _text(environ, key) for key in topics},
        dead_letters=_text(environ, contract.DEAD_LETTERS),
    )


def builder(environ: Mapping[str, str]) -> Builder:
    return Builder(
        client=client(environ),
        site_table=_text(environ, contract.SITE_TABLE),
        site_bucket=_text(environ, contract.SITE_BUCKET),
        data_bucket=_text(environ, contract.DATA_BUCKET),
        project=_text(environ, contract.BUILD_PROJECT),
        pointer_store=_text(environ, contract.POINTER_STORE),
        timer=_text(environ, contract.TIMER),
        schedule_group=_text(environ, contract.SCHEDULE_GROUP),
        schedule_role=_text(environ, contract.SCHEDULE_ROLE),
        dead_letters_arn=_text(environ, contract.DEAD_LETTERS_ARN),
        policy=_policy(environ),
        inbox_table=environ.get(contract.INBOX_TABLE),
        content_table=environ.get(contract.CONTENT_TABLE),
        build_topic=environ.get(contract.BUILD_TOPIC),
        dead_letters=environ.get(contract.DEAD_LETTERS),
        preview=environ.get(contract.PREVIEW) == "1",
    )


def content_api(environ: Mapping[str, str]) -> ContentApi:
    return ContentApi(
        client=client(environ),
        content_table=_text(environ, contract.CONTENT_TABLE),
        data_bucket=_text(environ, contract.DATA_BUCKET),
    )


def client(environ: Mapping[str, str]) -> Client:
    return Client(
        client_id=_text(environ, contract.CLIENT_ID),
        environment=_text(environ, contract.ENVIRONMENT),
        integration_mode=_text(environ, contract.INTEGRATION_MODE),
        providers=_object(environ, contract.PROVIDERS),
        secret_store=_secret_store(environ),
        provider_api=environ.get(contract.PROVIDER_API) or None,
    )


def _text(environ: Mapping[str, str], key: str) -> str:
    value = environ.get(key, "")
    if not value:
        raise Misconfigured(f"the environment has no {key}")
    return value


def _secret_store(environ: Mapping[str, str]) -> str:
    store = environ.get(contract.SECRET_STORE, "ssm")
    if store not in {"ssm", "secretsmanager"}:
        raise Misconfigured(f"{contract.SECRET_STORE} is neither ssm nor secretsmanager")
    return store


def _object(environ: Mapping[str, str], key: str) -> dict[str, Any]:
    try:
        value = json.loads(_text(environ, key))
    except ValueError:
        raise Misconfigured(f"{key} is not JSON") from None
    if not isinstance(value, dict):
        raise Misconfigured(f"{key} is not a JSON object")
    return value


def _policy(environ: Mapping[str, str]) -> Policy:
    try:
        return Policy(**_object(environ, contract.BUILD_POLICY))
    except TypeError:
        raise Misconfigured(f"{contract.BUILD_POLICY} has an unknown field") from None
