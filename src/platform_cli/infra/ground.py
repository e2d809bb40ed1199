"""What all parts of a stack stand on: names, stores, and the one queue of dead letters.

The stores are laid before any part, because parts use each other's: `builder` reads the content
that `ingest` writes. What holds data stays when the stack goes, outside `dev`.
"""

from collections.abc import Sequence
from typing import TypeVar

from aws_cdk import Aws, CfnResource, RemovalPolicy, Stack
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as awslambda
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from platform_cli.infra.bundle import Bundler
from platform_cli.infra.permissions import Statement, accept, allow, arn, deny_plain_http, document
from platform_cli.resolve.blueprint import Binding, Blueprint, Builds, Content, Part, Webhooks
from platform_cli.resolve.naming import ResourceNames
from platform_core import contract

NO_ACCESS_LOGS = (
    "Only CloudFront, our functions and our builds reach it; their own logs say what they did, and "
    "a log bucket a client would cost more than it tells."
)
T = TypeVar("T")
Index = dynamodb.CfnTable.GlobalSecondaryIndexProperty


class Ground(Construct):
    """The shared stores of one client, and how to speak of what other parts lay."""

    def __init__(self, stack: Stack, blueprint: Blueprint, bundler: Bundler) -> None:
        super().__init__(stack, "Stores")
        self.stack = stack
        self.blueprint = blueprint
        self.bundler = bundler
        self.names = ResourceNames(blueprint.names.client_id, blueprint.names.resource_prefix)
        self.bindings: tuple[Binding, ...] = ()
        self.secret_store = "ssm"  # noqa: S105 (the name of a store)
        for part in blueprint.parts:
            if isinstance(part, Builds):
                self.bindings = part.bindings
            if isinstance(part, Webhooks):
                self.secret_store = part.secret_store
        self.functions: dict[str, awslambda.CfnFunction] = {}
        self.logs: dict[str, logs.CfnLogGroup] = {}
        """Both by purpose, as the parts lay them."""
        self.dead_letters = self._dead_letters()
        self.site_bucket = self._bucket("Site")
        self.data_bucket = self._bucket("Data", expire={"inbox/": 90, "cache/": 30})
        self.pointer_store = cloudfront.CfnKeyValueStore(
            self, "Pointer", name=self.names.edge("pointer")
        )
        self.site_table = self._site_table()
        self.inbox_table = self._inbox_table() if self.has(Webhooks) else None
        self.content_table = self._content_table() if self.has(Content) else None

    def has(self, part: type[Part]) -> bool:
        return any(isinstance(each, part) for each in self.blueprint.parts)

    def function_arn(self, purpose: str) -> str:
        return arn("lambda", f"function:{self.names.function(purpose)}")

    def topic_arn(self, name: str) -> str:
        return arn("sns", name)

    def works_inbox(self) -> list[Statement]:
        """To read waiting deliveries, their bodies, and to mark them; nothing without an inbox."""
        if self.inbox_table is None:
            return []
        inbox = self.inbox_table.attr_arn
        return [
            allow(["dynamodb:GetItem", "dynamodb:UpdateItem"], inbox),
            allow(["dynamodb:Query"], f"{inbox}/index/{contract.PENDING_INDEX}"),
            allow(
                ["s3:GetObject"],
                f"{self.data_bucket.attr_arn}/{contract.RAW_BODIES}*",
                because="A large body is kept under a key made of its delivery's.",
            ),
            read_stream(self.inbox_table.attr_stream_arn),
        ]

    def queue_arn(self) -> str:
        return self.dead_letters.attr_arn

    # --- stores --------------------------------------------------------------------------------

    def _keep(self, resource: CfnResource) -> None:
        keep = self.blueprint.retain_data
        resource.apply_removal_policy(RemovalPolicy.RETAIN if keep else RemovalPolicy.DESTROY)

    def _dead_letters(self) -> sqs.CfnQueue:
        queue = sqs.CfnQueue(
            self,
            "DeadLetters",
            queue_name=self.names.queue("dead-letters"),
            message_retention_period=14 * 24 * 3600,
            sqs_managed_sse_enabled=True,
        )
        accept(queue, {"AwsSolutions-SQS3": "It is the dead-letter queue itself."})
        senders = {
            "Effect": "Allow",
            "Principal": {"Service": ["events.amazonaws.com", "sns.amazonaws.com"]},
            "Action": "sqs:SendMessage",
            "Resource": queue.attr_arn,
            "Condition": {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
        }
        sqs.CfnQueuePolicy(
            self,
            "DeadLettersPolicy",
            queues=[queue.ref],
            policy_document=document(deny_plain_http(queue.attr_arn, actions="sqs:*"), senders),
        )
        return queue

    def _bucket(self, purpose: str, expire: dict[str, int] | None = None) -> s3.CfnBucket:
        """Versioned, private, TLS only. An old version stays for a month; nothing live expires."""
        rules = [
            s3.CfnBucket.RuleProperty(
                id="old-versions",
                status="Enabled",
                noncurrent_version_expiration=s3.CfnBucket.NoncurrentVersionExpirationProperty(
                    noncurrent_days=30
                ),
                expired_object_delete_marker=True,
                abort_incomplete_multipart_upload=s3.CfnBucket.AbortIncompleteMultipartUploadProperty(
                    days_after_initiation=7
                ),
            ),
            *(
                s3.CfnBucket.RuleProperty(
                    id=prefix.strip("/"), status="Enabled", prefix=prefix, expiration_in_days=days
                )
                for prefix, days in (expire or {}).items()
            ),
        ]
        bucket = s3.CfnBucket(
            self,
            f"{purpose}Bucket",
            bucket_name=f"{self.names.bucket(purpose.lower())}-{Aws.ACCOUNT_ID}",
            bucket_encryption=_sse_s3(),
            lifecycle_configuration=s3.CfnBucket.LifecycleConfigurationProperty(rules=rules),
            ownership_controls=_owner_only(),
            public_access_block_configuration=s3.CfnBucket.PublicAccessBlockConfigurationProperty(
                block_public_acls=True,
                block_public_policy=True,
                ignore_public_acls=True,
                restrict_public_buckets=True,
            ),
            versioning_configuration=s3.CfnBucket.VersioningConfigurationProperty(status="Enabled"),
        )
        self._keep(bucket)
        accept(bucket, {"AwsSolutions-S1": NO_ACCESS_LOGS})
        return bucket

    def _site_table(self) -> dynamodb.CfnTable:
        return self._table(
            "Site", self.names.site_table, {contract.SITE_KEY: "S", contract.SITE_SORT: "S"}
        )

    def _inbox_table(self) -> dynamodb.CfnTable:
        """Its stream carries keys only: whoever reads it asks the row, which is the truth."""
        received = contract.RECEIVED_AT
        return self._table(
            "Inbox",
            self.names.inbox_table,
            {contract.INBOX_KEY: "S"},
            extra={contract.PENDING: "S", "client_id": "S", received: "N"},
            indexes=[
                _index(contract.PENDING_INDEX, contract.PENDING, received),
                _index(
                    contract.RECENT_INDEX,
                    "client_id",
                    received,
                    include=["provider", "topic", "status", "reason", "attempts", "event_ids"],
                ),
            ],
            stream=dynamodb.CfnTable.StreamSpecificationProperty(stream_view_type="KEYS_ONLY"),
        )

    def _content_table(self) -> dynamodb.CfnTable:
        listed = ["client_id", "content_type", "provider_name", "title"]
        return self._table(
            "Content",
            self.names.content_table,
            {contract.CONTENT_KEY: "S", contract.CONTENT_SORT: "S"},
            extra=dict.fromkeys(
                ("client_id", "content_type", "provider_name", "updated_at", "status"), "S"
            ),
            indexes=[
                _index(contract.CLIENT_TYPE_INDEX, "client_id", "content_type", everything=True),
                _index(contract.PROVIDER_INDEX, "provider_name", "updated_at"),
                _index(contract.STATUS_INDEX, "status", "updated_at", include=listed),
            ],
        )

    def _table(
        self,
        purpose: str,
        name: str,
        keys: dict[str, str],
        *,
        extra: dict[str, str] | None = None,
        indexes: Sequence[Index] | None = None,
        stream: dynamodb.CfnTable.StreamSpecificationProperty | None = None,
    ) -> dynamodb.CfnTable:
        """On demand, restorable to any second of 35 days, encrypted with a key of AWS's own."""
        table = dynamodb.CfnTable(
            self,
            f"{purpose}Table",
            table_name=name,
            billing_mode="PAY_PER_REQUEST",
            key_schema=_key_schema(*keys),
            attribute_definitions=[
                dynamodb.CfnTable.AttributeDefinitionProperty(
                    attribute_name=attribute, attribute_type=kind
                )
                for attribute, kind in (keys | (extra or {})).items()
            ],
            global_secondary_indexes=list(indexes) if indexes else None,
            stream_specification=stream,
            deletion_protection_enabled=self.blueprint.retain_data,
            point_in_time_recovery_specification=(
                dynamodb.CfnTable.PointInTimeRecoverySpecificationProperty(
                    point_in_time_recovery_enabled=True
                )
            ),
            time_to_live_specification=dynamodb.CfnTable.TimeToLiveSpecificationProperty(
                attribute_name=contract.EXPIRES_AT, enabled=True
            ),
        )
        self._keep(table)
        return table


def _key_schema(
    partition: str, sort: str | None = None
) -> list[dynamodb.CfnTable.KeySchemaProperty]:
    roles = [(partition, "HASH"), *([(sort, "RANGE")] if sort else [])]
    return [
        dynamodb.CfnTable.KeySchemaProperty(attribute_name=name, key_type=role)
        for name, role in roles
    ]


def _index(
    name: str,
    partition: str,
    sort: str,
    *,
    include: list[str] | None = None,
    everything: bool = False,
) -> Index:
    kind = "ALL" if everything else "INCLUDE" if include else "KEYS_ONLY"
    return Index(
        index_name=name,
        key_schema=_key_schema(partition, sort),
        projection=dynamodb.CfnTable.ProjectionProperty(
            projection_type=kind, non_key_attributes=include
        ),
    )


def _sse_s3() -> s3.CfnBucket.BucketEncryptionProperty:
    return s3.CfnBucket.BucketEncryptionProperty(
        server_side_encryption_configuration=[
            s3.CfnBucket.ServerSideEncryptionRuleProperty(
                server_side_encryption_by_default=(
                    s3.CfnBucket.ServerSideEncryptionByDefaultProperty(sse_algorithm="AES256")
                )
            )
        ]
    )


def _owner_only() -> s3.CfnBucket.OwnershipControlsProperty:
    return s3.CfnBucket.OwnershipControlsProperty(
        rules=[s3.CfnBucket.OwnershipControlsRuleProperty(object_ownership="BucketOwnerEnforced")]
    )


def read_stream(stream: str) -> Statement:
    return allow(
        [
            "dynamodb:DescribeStream",
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
            "dynamodb:ListStreams",
        ],
        stream,
    )


def present(thing: T | None) -> T:
    """What a part needs and an earlier part, or the ground, has laid."""
    if thing is None:
        raise ValueError("a part needs what its blueprint does not hold")
    return thing
