"""The environment variables of each function, read once and typed.

Each function has a type with the settings that it needs. The names of the variables stand in
`platform_core.contract`. A missing one raises `Misconfigured` at the start.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from platform_core import contract
from platform_core.pipeline.build.batching import Policy
from platform_core.webhooks.addresses import FormerAddress


class Misconfigured(RuntimeError):
    """The environment is not what a deploy writes: a bug of ours, so a retry does not help."""


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """Settings that every function has."""

    client_id: str
    environment: str
    integration_mode: str
    providers: Mapping[str, Mapping[str, Any]]
    """Provider name -> its settings."""
    secret_store: str
    """`ssm` or `secretsmanager`: the AWS service with the secrets."""
    provider_api: str | None
    """URL of the provider simulator, on the embedded target only."""
    memory_megabytes: int = 512


@dataclass(frozen=True, slots=True)
class RouterSettings:
    client: ClientSettings
    inbox_table: str
    data_bucket: str
    former_address: FormerAddress | None
    """The webhook address before the last rotation."""


@dataclass(frozen=True, slots=True)
class IngestSettings:
    client: ClientSettings
    inbox_table: str
    content_table: str
    site_table: str
    data_bucket: str
    topics: Mapping[str, str]
    """Environment key of a topic (`Event.topic()`) -> its ARN."""
    dead_letters: str
    source_provider: str | None = None
    """The provider whose repository has the files of the site; None for other sites."""


@dataclass(frozen=True, slots=True)
class BuilderSettings:
    client: ClientSettings
    site_table: str
    site_bucket: str
    data_bucket: str
    project: str
    build_role_id: str
    """The unique id of the builds' role. The folder of a release follows from it."""
    pointer_store: str
    timer: str
    schedule_group: str
    schedule_role: str
    dead_letters_arn: str
    """Queue for calls that a schedule could not make."""
    policy: Policy
    inbox_table: str | None
    """Direct mode only: the builder applies the inbox itself."""
    content_table: str | None
    """Event-driven mode only."""
    build_topic: str | None
    dead_letters: str | None
    preview: bool
    """Whether the site shows drafts."""
    has_rules: bool = False
    """Whether the edge function applies redirects and headers."""
    builds_each_event: bool = False
    """Whether the content shows no change, so that no build is skipped."""
    preview_project: str | None = None
    """The build project of previews; None for a client without previews."""
    preview_role_id: str = ""
    source_provider: str | None = None
    """The provider whose repository has the files of the site; None for other sites."""


@dataclass(frozen=True, slots=True)
class ContentApiSettings:
    client: ClientSettings
    content_table: str
    data_bucket: str


def read_router(environ: Mapping[str, str]) -> RouterSettings:
    return RouterSettings(
        client=read_client(environ),
        inbox_table=read_text(environ, contract.INBOX_TABLE),
        data_bucket=read_text(environ, contract.DATA_BUCKET),
        former_address=_former_address(environ),
    )


def read_ingest(environ: Mapping[str, str]) -> IngestSettings:
    topics = (contract.CONTENT_TOPIC, contract.COMMERCE_TOPIC)
    return IngestSettings(
        client=read_client(environ),
        inbox_table=read_text(environ, contract.INBOX_TABLE),
        content_table=read_text(environ, contract.CONTENT_TABLE),
        site_table=read_text(environ, contract.SITE_TABLE),
        data_bucket=read_text(environ, contract.DATA_BUCKET),
        topics={key: read_text(environ, key) for key in topics},
        dead_letters=read_text(environ, contract.DEAD_LETTERS),
        source_provider=environ.get(contract.SOURCE_PROVIDER),
    )


def read_builder(environ: Mapping[str, str]) -> BuilderSettings:
    return BuilderSettings(
        client=read_client(environ),
        site_table=read_text(environ, contract.SITE_TABLE),
        site_bucket=read_text(environ, contract.SITE_BUCKET),
        data_bucket=read_text(environ, contract.DATA_BUCKET),
        project=read_text(environ, contract.BUILD_PROJECT),
        build_role_id=read_text(environ, contract.BUILD_ROLE_ID),
        pointer_store=read_text(environ, contract.POINTER_STORE),
        timer=read_text(environ, contract.TIMER),
        schedule_group=read_text(environ, contract.SCHEDULE_GROUP),
        schedule_role=read_text(environ, contract.SCHEDULE_ROLE),
        dead_letters_arn=read_text(environ, contract.DEAD_LETTERS_ARN),
        policy=_policy(environ),
        inbox_table=environ.get(contract.INBOX_TABLE),
        content_table=environ.get(contract.CONTENT_TABLE),
        build_topic=environ.get(contract.BUILD_TOPIC),
        dead_letters=environ.get(contract.DEAD_LETTERS),
        preview=environ.get(contract.PREVIEW) == "1",
        has_rules=environ.get(contract.SITE_RULES) == "1",
        builds_each_event=environ.get(contract.BUILD_EACH_EVENT) == "1",
        preview_project=environ.get(contract.PREVIEW_PROJECT),
        preview_role_id=environ.get(contract.PREVIEW_ROLE_ID, ""),
        source_provider=environ.get(contract.SOURCE_PROVIDER),
    )


def read_content_api(environ: Mapping[str, str]) -> ContentApiSettings:
    return ContentApiSettings(
        client=read_client(environ),
        content_table=read_text(environ, contract.CONTENT_TABLE),
        data_bucket=read_text(environ, contract.DATA_BUCKET),
    )


def read_client(environ: Mapping[str, str]) -> ClientSettings:
    return ClientSettings(
        client_id=read_text(environ, contract.CLIENT_ID),
        environment=read_text(environ, contract.ENVIRONMENT),
        integration_mode=read_text(environ, contract.INTEGRATION_MODE),
        providers=_object(environ, contract.PROVIDERS),
        secret_store=_secret_store(environ),
        provider_api=environ.get(contract.PROVIDER_API) or None,
        memory_megabytes=int(environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")),
    )


def read_text(environ: Mapping[str, str], key: str) -> str:
    """Return a variable. Raises `Misconfigured` if it is missing."""
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
        value = json.loads(read_text(environ, key))
    except ValueError:
        raise Misconfigured(f"{key} is not JSON") from None
    if not isinstance(value, dict):
        raise Misconfigured(f"{key} is not a JSON object")
    return value


def _former_address(environ: Mapping[str, str]) -> FormerAddress | None:
    if contract.FORMER_ADDRESS not in environ:
        return None
    try:
        return FormerAddress(**_object(environ, contract.FORMER_ADDRESS))
    except TypeError:
        raise Misconfigured(f"{contract.FORMER_ADDRESS} has other fields") from None


def _policy(environ: Mapping[str, str]) -> Policy:
    try:
        return Policy(**_object(environ, contract.BUILD_POLICY))
    except TypeError:
        raise Misconfigured(f"{contract.BUILD_POLICY} has an unknown field") from None
