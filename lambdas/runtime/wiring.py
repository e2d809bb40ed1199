"""Build the dependencies of the pipeline from the environment, once per container."""

import secrets as random
import tempfile
import time
from functools import cache, partial
from typing import Any

from lambdas.runtime import env, metrics
from lambdas.runtime.adapters import clients
from lambdas.runtime.adapters.codebuild import CodeBuild
from lambdas.runtime.adapters.dynamodb.content_store import DynamoContent
from lambdas.runtime.adapters.dynamodb.deliveries import DynamoDeliveries
from lambdas.runtime.adapters.dynamodb.previews import DynamoPreviews
from lambdas.runtime.adapters.dynamodb.records import DynamoRecords
from lambdas.runtime.adapters.dynamodb.site_store import DynamoSite
from lambdas.runtime.adapters.dynamodb.source import DynamoSource
from lambdas.runtime.adapters.dynamodb.watches import DynamoWatches
from lambdas.runtime.adapters.event_bus import DeadLetterQueue, NoTopics, Topics
from lambdas.runtime.adapters.pointer import EdgeEntries, EdgePointer, make_key_value_store_client
from lambdas.runtime.adapters.s3.objects import S3Bucket
from lambdas.runtime.adapters.secrets import CachedSecrets, make_secret_fetcher
from lambdas.runtime.adapters.stored_deliveries import AwsStoredDeliveries
from lambdas.runtime.adapters.timers import BuilderTimers
from lambdas.runtime.archives import BoundedDownloads
from lambdas.runtime.http import BoundedHttp, largest_response
from platform_core import contract, providers
from platform_core.errors import NotDeployed
from platform_core.pipeline import vendors
from platform_core.pipeline.build.deps import BuilderDeps
from platform_core.pipeline.drift.watch import DriftSource, DriftWatcher
from platform_core.pipeline.ingest.content_applier import PassThrough, StoredContent
from platform_core.pipeline.ingest.deps import IngestDeps
from platform_core.pipeline.ports import Bus, Log, Timers
from platform_core.pipeline.preview.ports import PreviewPorts
from platform_core.pipeline.source.keeper import SourceKeeper
from platform_core.pipeline.vendors import ClientProviders

client_of = cache(clients.client)
"""Returns the client of an AWS service, made once."""


def pipeline_log(logger: Any) -> Log:
    """Return the log that the pipeline writes to. Lines with an alarm are warnings."""

    def log(message: str, **facts: object) -> None:
        write = logger.warning if contract.ALARM in facts else logger.info
        write(message, extra=metrics.with_metrics(facts, time.time()))

    return log


def load_client_providers(client: env.ClientSettings) -> ClientProviders:
    """Load the client's providers, with their secrets and HTTP access."""
    secrets = CachedSecrets(
        make_secret_fetcher(client.secret_store, client_of(client.secret_store)),
        client.client_id,
        client.environment,
        time.time,
    )
    return ClientProviders(
        client_id=client.client_id,
        environment=client.environment,
        known=vendors.load_vendors(client.providers),
        secret=secrets.current,
        http=BoundedHttp(
            client.provider_api, max_response=largest_response(client.memory_megabytes)
        ),
        clock=time.time,
    )


def content_store(client: env.ClientSettings, table: str, bucket: str) -> DynamoContent:
    """Return the content table of a client in event-driven mode."""
    dynamodb, s3 = client_of("dynamodb"), client_of("s3")
    return DynamoContent(dynamodb, s3, table=table, bucket=bucket, client_id=client.client_id)


def ingest_deps(settings: env.IngestSettings, content: DynamoContent, log: Log) -> IngestDeps:
    """Return the dependencies of the ingest function, in event-driven mode."""
    dynamodb, s3 = client_of("dynamodb"), client_of("s3")
    vendors_of_client = load_client_providers(settings.client)
    return IngestDeps(
        deliveries=DynamoDeliveries(
            dynamodb, s3, table=settings.inbox_table, bucket=settings.data_bucket
        ),
        stored_deliveries=AwsStoredDeliveries(
            dynamodb, s3, table=settings.inbox_table, bucket=settings.data_bucket
        ),
        dead_letters=DeadLetterQueue(client_of("sqs"), settings.dead_letters),
        applier=StoredContent(content, time.time),
        site=DynamoSite(dynamodb, settings.site_table),
        bus=Topics(client_of("sns"), settings.topics),
        vendors=vendors_of_client,
        clock=time.time,
        sleep=time.sleep,
        log=log,
        source=source_keeper(settings, vendors_of_client, log),
    )


def source_keeper(
    settings: env.IngestSettings | env.BuilderSettings, known: ClientProviders, log: Log
) -> SourceKeeper | None:
    """Return the keeper of the site's source; None for a site that renders no repository."""
    provider = settings.source_provider
    if provider is None:
        return None
    module = providers.load_source(provider)
    if module is None:
        raise env.Misconfigured(f"{provider} is not the source of a site")
    return SourceKeeper(
        provider=provider,
        module=module,
        context=lambda: known.context(known[provider]),
        store=DynamoSource(client_of("dynamodb"), settings.site_table),
        data=S3Bucket(client_of("s3"), settings.data_bucket),
        downloads=BoundedDownloads(settings.client.provider_api),
        temporary_file=tempfile.TemporaryFile,
        clock=time.time,
        log=log,
    )


def direct_ingest_deps(
    settings: env.BuilderSettings, deps: BuilderDeps, known: ClientProviders, log: Log
) -> IngestDeps | None:
    """Return the dependencies with which the builder applies the inbox itself, in direct mode.

    None for a client without an inbox: one in event-driven mode, or one without providers.
    """
    if settings.inbox_table is None:
        return None
    if settings.dead_letters is None:
        raise NotDeployed(f"the environment has no {contract.DEAD_LETTERS}")
    dynamodb, s3 = client_of("dynamodb"), client_of("s3")
    return IngestDeps(
        deliveries=DynamoDeliveries(
            dynamodb, s3, table=settings.inbox_table, bucket=settings.data_bucket
        ),
        stored_deliveries=AwsStoredDeliveries(
            dynamodb, s3, table=settings.inbox_table, bucket=settings.data_bucket
        ),
        dead_letters=DeadLetterQueue(client_of("sqs"), settings.dead_letters),
        applier=PassThrough(),
        site=deps.site,
        bus=NoTopics(),
        vendors=known,
        clock=time.time,
        sleep=time.sleep,
        log=log,
        source=deps.source,
    )


def drift_watcher(deps: IngestDeps, source: DriftSource, site_table: str) -> DriftWatcher:
    """Return the watcher of the vendors' listings. It runs in the function that owns the inbox."""
    watches = DynamoWatches(client_of("dynamodb"), site_table)
    return DriftWatcher(deps.vendors, watches, source, deps.clock, deps.log)


def builder_deps(
    settings: env.BuilderSettings, known: ClientProviders, log: Log, function: str
) -> BuilderDeps:
    """Return the dependencies of the builder. `function` is the builder's own ARN."""
    dynamodb, s3 = client_of("dynamodb"), client_of("s3")
    edge = make_key_value_store_client()
    return BuilderDeps(
        client_id=settings.client.client_id,
        environment=settings.client.environment,
        policy=settings.policy,
        site=DynamoSite(dynamodb, settings.site_table),
        records=DynamoRecords(dynamodb, settings.site_table, time.time),
        data=S3Bucket(s3, settings.data_bucket),
        pages=S3Bucket(s3, settings.site_bucket),
        builds=CodeBuild(
            client_of("codebuild"),
            project=settings.project,
            data_bucket=settings.data_bucket,
            role_id=settings.build_role_id,
        ),
        pointer=EdgePointer(edge, settings.pointer_store),
        rules=EdgeEntries(edge, settings.pointer_store) if settings.has_rules else None,
        previews=_preview_ports(settings, known, edge),
        timers=_timers(settings, function),
        bus=_build_bus(settings),
        content=_content_reader(settings, known),
        shop=known.shop,
        resize_image=known.resize_image,
        clock=time.time,
        token=lambda: random.token_hex(3),
        log=log,
        preview=settings.preview,
        builds_each_event=settings.builds_each_event,
        reads_listings=settings.content_table is None and settings.source_provider is None,
        source=source_keeper(settings, known, log),
    )


def _preview_ports(
    settings: env.BuilderSettings, known: ClientProviders, edge: Any
) -> PreviewPorts | None:
    if settings.preview_project is None:
        return None
    builds = CodeBuild(
        client_of("codebuild"),
        project=settings.preview_project,
        data_bucket=settings.data_bucket,
        role_id=settings.preview_role_id,
    )
    store = DynamoPreviews(client_of("dynamodb"), settings.site_table)
    stored = None if settings.content_table is None else _content_reader(settings, known)
    drafts = partial(known.list_with_drafts, stored)
    return PreviewPorts(store, builds, EdgeEntries(edge, settings.pointer_store), drafts)


def _content_reader(settings: env.BuilderSettings, known: ClientProviders) -> Any:
    """Return the function that reads all content for a snapshot.

    A site that renders its own repository needs none. The content table, where there is one, still
    tells when a dated item is due.
    """
    if settings.content_table is None:
        return tuple if settings.source_provider else known.listing
    return content_store(settings.client, settings.content_table, settings.data_bucket).scan


def _timers(settings: env.BuilderSettings, function: str) -> Timers:
    return BuilderTimers(
        (client_of("stepfunctions"), client_of("scheduler")),
        machine=settings.timer,
        group=settings.schedule_group,
        role=settings.schedule_role,
        dead_letters=settings.dead_letters_arn,
        function=function,
    )


def _build_bus(settings: env.BuilderSettings) -> Bus:
    if settings.build_topic is None:
        return NoTopics()
    return Topics(client_of("sns"), {contract.BUILD_TOPIC: settings.build_topic})
