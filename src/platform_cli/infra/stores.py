"""Make the stores of all parts, before any part: parts use each other's stores.

Every store stands below the construct `Stores`, whichever part owns it, because its logical id is
made of its path. A changed logical id would replace the resource, and its data with it.
"""

from typing import assert_never

from aws_cdk import Aws, CfnResource, CfnTag, RemovalPolicy
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from platform_cli.blueprint.model import Blueprint
from platform_cli.blueprint.stores import Bucket, Expiry, Index, KeyValueStore, Queue, Store, Table
from platform_cli.infra.permissions import arn, deny_plain_http, document, suppress_nag_findings

NO_ACCESS_LOGS = (
    "Only CloudFront, our functions and our builds reach it; their own logs record their calls, "
    "and a log bucket for each client would cost more than it is worth."
)
SECONDS_A_DAY = 24 * 3600
Rule = s3.CfnBucket.RuleProperty


class Stores(Construct):
    """The stores of one client; a part gets its typed resources by the stores that it owns."""

    def __init__(self, scope: Construct, blueprint: Blueprint) -> None:
        super().__init__(scope, "Stores")
        self._tables: dict[str, dynamodb.CfnGlobalTable] = {}
        self._buckets: dict[str, s3.CfnBucket] = {}
        self._queues: dict[str, sqs.CfnQueue] = {}
        self._key_value_stores: dict[str, cloudfront.CfnKeyValueStore] = {}
        for store in blueprint.stores:
            self._add(store, blueprint)

    def table(self, store: Table) -> dynamodb.CfnGlobalTable:
        return self._tables[store.id]

    def bucket(self, store: Bucket) -> s3.CfnBucket:
        return self._buckets[store.id]

    def queue(self, store: Queue) -> sqs.CfnQueue:
        return self._queues[store.id]

    def key_value_store(self, store: KeyValueStore) -> cloudfront.CfnKeyValueStore:
        return self._key_value_stores[store.id]

    def _add(self, store: Store, blueprint: Blueprint) -> None:
        resource: CfnResource
        match store:
            case Table():
                resource = self._tables[store.id] = _add_table(self, store, blueprint)
            case Bucket():
                resource = self._buckets[store.id] = _add_bucket(self, store, blueprint)
            case Queue():
                resource = self._queues[store.id] = _add_queue(self, store)
            case KeyValueStore():
                resource = self._key_value_stores[store.id] = _add_key_value_store(self, store)
            case _:
                assert_never(store)
        if store.retained:
            # `RetainExceptOnCreate`: plain `Retain` would also keep the resources of a first deploy
            # that fails, and their names would block the next one.
            resource.apply_removal_policy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
        elif isinstance(store, Table | Bucket):
            # CloudFormation's default, spelled out where a reader looks for it.
            resource.apply_removal_policy(RemovalPolicy.DESTROY)


def _add_queue(scope: Construct, store: Queue) -> sqs.CfnQueue:
    queue = sqs.CfnQueue(
        scope,
        store.id,
        queue_name=store.name,
        message_retention_period=store.keep_days * SECONDS_A_DAY,
        sqs_managed_sse_enabled=True,
    )
    suppress_nag_findings(queue, {"AwsSolutions-SQS3": "It is the dead-letter queue itself."})
    senders = {
        "Effect": "Allow",
        "Principal": {"Service": ["events.amazonaws.com", "sns.amazonaws.com"]},
        "Action": "sqs:SendMessage",
        "Resource": queue.attr_arn,
        "Condition": {
            "ArnEquals": {
                "aws:SourceArn": [
                    *(arn("events", f"rule/{rule}") for rule in store.rules),
                    *(arn("sns", topic) for topic in store.topics),
                ]
            }
        },
    }
    sqs.CfnQueuePolicy(
        scope,
        f"{store.id}Policy",
        queues=[queue.ref],
        policy_document=document(deny_plain_http(queue.attr_arn, actions="sqs:*"), senders),
    )
    return queue


def _add_bucket(scope: Construct, store: Bucket, blueprint: Blueprint) -> s3.CfnBucket:
    bucket = s3.CfnBucket(
        scope,
        store.id,
        bucket_name=f"{store.name}-{blueprint.account or Aws.ACCOUNT_ID}",
        bucket_encryption=_sse_s3(),
        # Only the prefixes of `expiries` have an age rule: for a whole bucket, such a rule would
        # one day delete the live release of a quiet site.
        lifecycle_configuration=s3.CfnBucket.LifecycleConfigurationProperty(
            rules=[_old_version_expiry_rule(), *map(_prefix_expiry_rule, store.expiries)]
        ),
        ownership_controls=s3.CfnBucket.OwnershipControlsProperty(
            rules=[
                s3.CfnBucket.OwnershipControlsRuleProperty(object_ownership="BucketOwnerEnforced")
            ]
        ),
        public_access_block_configuration=s3.CfnBucket.PublicAccessBlockConfigurationProperty(
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
        ),
        versioning_configuration=s3.CfnBucket.VersioningConfigurationProperty(status="Enabled"),
    )
    suppress_nag_findings(bucket, {"AwsSolutions-S1": NO_ACCESS_LOGS})
    return bucket


def _add_table(scope: Construct, store: Table, blueprint: Blueprint) -> dynamodb.CfnGlobalTable:
    return dynamodb.CfnGlobalTable(
        scope,
        store.id,
        table_name=store.name,
        billing_mode="PAY_PER_REQUEST",
        key_schema=_key_schema(store.partition, store.sort),
        attribute_definitions=[
            dynamodb.CfnGlobalTable.AttributeDefinitionProperty(
                attribute_name=attribute, attribute_type=attribute_type
            )
            for attribute, attribute_type in store.attributes.items()
        ],
        global_secondary_indexes=[_index(index) for index in store.indexes] or None,
        stream_specification=(
            dynamodb.CfnGlobalTable.StreamSpecificationProperty(stream_view_type=store.stream)
            if store.stream
            else None
        ),
        replicas=[_replica(store, blueprint)],
        time_to_live_specification=(
            dynamodb.CfnGlobalTable.TimeToLiveSpecificationProperty(
                attribute_name=store.time_to_live, enabled=True
            )
            if store.time_to_live
            else None
        ),
    )


def _replica(
    store: Table, blueprint: Blueprint
) -> dynamodb.CfnGlobalTable.ReplicaSpecificationProperty:
    """Return the replica in the stack's region. Protection, backups and tags belong to it."""
    return dynamodb.CfnGlobalTable.ReplicaSpecificationProperty(
        region=Aws.REGION,
        deletion_protection_enabled=store.retained,
        point_in_time_recovery_specification=(
            dynamodb.CfnGlobalTable.PointInTimeRecoverySpecificationProperty(
                point_in_time_recovery_enabled=True
            )
        ),
        # The CDK adds the stack's tags to every resource but this one.
        tags=[CfnTag(key=key, value=value) for key, value in sorted(blueprint.tags.items())],
    )


def _add_key_value_store(scope: Construct, store: KeyValueStore) -> cloudfront.CfnKeyValueStore:
    return cloudfront.CfnKeyValueStore(scope, store.id, name=store.name)


def _index(index: Index) -> dynamodb.CfnGlobalTable.GlobalSecondaryIndexProperty:
    return dynamodb.CfnGlobalTable.GlobalSecondaryIndexProperty(
        index_name=index.name,
        key_schema=_key_schema(index.partition, index.sort),
        projection=dynamodb.CfnGlobalTable.ProjectionProperty(
            projection_type=index.projection, non_key_attributes=list(index.include) or None
        ),
    )


def _key_schema(
    partition: str, sort: str | None
) -> list[dynamodb.CfnGlobalTable.KeySchemaProperty]:
    roles = {partition: "HASH"} | ({sort: "RANGE"} if sort else {})
    return [
        dynamodb.CfnGlobalTable.KeySchemaProperty(attribute_name=name, key_type=role)
        for name, role in roles.items()
    ]


def _old_version_expiry_rule() -> Rule:
    return Rule(
        id="old-versions",
        status="Enabled",
        noncurrent_version_expiration=s3.CfnBucket.NoncurrentVersionExpirationProperty(
            noncurrent_days=30
        ),
        expired_object_delete_marker=True,
        abort_incomplete_multipart_upload=s3.CfnBucket.AbortIncompleteMultipartUploadProperty(
            days_after_initiation=7
        ),
    )


def _prefix_expiry_rule(expiry: Expiry) -> Rule:
    return Rule(
        id=expiry.prefix.strip("/"),
        status="Enabled",
        prefix=expiry.prefix,
        expiration_in_days=expiry.days,
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
