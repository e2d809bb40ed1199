"""Puts AWS behind the ports of the pipeline: once per container, from the environment."""

import secrets as random
import time
from functools import cache
from typing import Any

from lambdas.runtime import aws, env, metrics
from lambdas.runtime.builds import CodeBuild
from lambdas.runtime.bus import DeadLetterQueue, NoTopics, Topics
from lambdas.runtime.content_store import DynamoContent
from lambdas.runtime.deliveries import DynamoDeliveries
from lambdas.runtime.http import VendorHttp
from lambdas.runtime.objects import Bucket
from lambdas.runtime.pointer import EdgePointer, open_store
from lambdas.runtime.records import DynamoRecords
from lambdas.runtime.secrets import CachedSecrets, from_store
from lambdas.runtime.site_store import DynamoSite
from lambdas.runtime.timers import BuilderTimers
from lambdas.runtime.watches import DynamoWatches
from platform_core import contract
from platform_core.errors import NotDeployed
from platform_core.pipeline import vendors
from platform_core.pipeline.desk import Desk
from platform_core.pipeline.ingest import Ground
from platform_core.pipeline.library import Shelves, Unkept
from platform_core.pipeline.vendors import Vendors
from platform_core.pipeline.watch import Known, Watcher
from platform_core.ports import Bus, Tell, Timers

of = cache(aws.client)
"""The client of a service, made once."""


def log_lines(log: Any) -> Tell:
    """The log as the pipeline sees it: what wakes a person stands out, what counts is marked."""

    def tell(message: str, **facts: object) -> None:
        say = log.warning if contract.ALARM in facts else log.info
        say(message, extra=metrics.counted(facts, time.time()))

    return tell


def providers_of(client: env.Client) -> Vendors:
    """The client's providers, with secrets and the way out."""
    kept = CachedSecrets(
        from_store(client.secret_store, of(client.secret_store)),
        client.client_id,
        client.environment,
        time.time,
    )
    return Vendors(
        client_id=client.client_id,
        environment=client.environment,
        known=vendors.load(client.providers),
        secret=kept.current,
        http=VendorHttp(client.provider_api),
        clock=time.time,
    )


def content_of(client: env.Client, table: str, bucket: str) -> DynamoContent:
    return DynamoContent(
        of("dynamodb"), of("s3"), table=table, bucket=bucket, client_id=client.client_id
    )


def ingest(settings: env.Ingest, content: DynamoContent, tell: Tell) -> Ground:
    """Event-driven mode: everything that `ingest` works with."""
    dynamodb, s3 = of("dynamodb"), of("s3")
    return Ground(
        deliveries=DynamoDeliveries(
            dynamodb, s3, table=settings.inbox_table, bucket=settings.data_bucket
        ),
        dead_letters=DeadLetterQueue(of("sqs"), settings.dead_letters),
        library=Shelves(content, time.time),
        site=DynamoSite(dynamodb, settings.site_table),
        bus=Topics(of("sns"), settings.topics),
        vendors=providers_of(settings.client),
        clock=time.time,
        sleep=time.sleep,
        tell=tell,
    )


def direct(settings: env.Builder, desk: Desk, known: Vendors, tell: Tell) -> Ground | None:
    """Direct mode: the builder drives the inbox itself; None where there is none."""
    if settings.inbox_table is None:
        return None
    if settings.dead_letters is None:
        raise NotDeployed(f"the environment has no {contract.DEAD_LETTERS}")
    return Ground(
        deliveries=DynamoDeliveries(
            of("dynamodb"),
            of("s3"),
            table=settings.inbox_table,
            bucket=settings.data_bucket,
        ),
        dead_letters=DeadLetterQueue(of("sqs"), settings.dead_letters),
        library=Unkept(),
        site=desk.site,
        bus=NoTopics(),
        vendors=known,
        clock=time.time,
        sleep=time.sleep,
        tell=tell,
    )


def watcher(ground: Ground, known: Known, table: str) -> Watcher:
    """Beside whoever drives the inbox; `table`: the site's."""
    watches = DynamoWatches(of("dynamodb"), table)
    return Watcher(ground.vendors, watches, known, ground.clock, ground.tell)


def desk(settings: env.Builder, known: Vendors, tell: Tell, function: str) -> Desk:
    """Everything that `builder` works with; `function` is its own ARN."""
    dynamodb, s3 = of("dynamodb"), of("s3")
    return Desk(
        client_id=settings.client.client_id,
        environment=settings.client.environment,
        policy=settings.policy,
        site=DynamoSite(dynamodb, settings.site_table),
        records=DynamoRecords(dynamodb, settings.site_table, time.time),
        data=Bucket(s3, settings.data_bucket),
        pages=Bucket(s3, settings.site_bucket),
        builds=CodeBuild(
            of("codebuild"), project=settings.project, data_bucket=settings.data_bucket
        ),
        pointer=EdgePointer(open_store(), settings.pointer_store),
        timers=_timers(settings, function),
        bus=_build_bus(settings),
        content=_content(settings, known),
        shop=known.shop,
        clock=time.time,
        token=lambda: random.token_hex(3),
        tell=tell,
        preview=settings.preview,
    )


def _content(settings: env.Builder, known: Vendors) -> Any:
    """Where the snapshot comes from: the table, or in direct mode the vendors themselves."""
    if settings.content_table is None:
        return known.listing
    return content_of(settings.client, settings.content_table, settings.data_bucket).scan


def _timers(settings: env.Builder, function: str) -> Timers:
    return BuilderTimers(
        of("stepfunctions"),
        of("scheduler"),
        machine=settings.timer,
        group=settings.schedule_group,
        role=settings.schedule_role,
        dead_letters=settings.dead_letters_arn,
        function=function,
    )


def _build_bus(settings: env.Builder) -> Bus:
    if settings.build_topic is None:
        return NoTopics()
    return Topics(of("sns"), {contract.BUILD_TOPIC: settings.build_topic})
