"""What holds a client's data, each kind with the care that all of it gets."""

from collections.abc import Mapping, Sequence

from aws_cdk import Aws
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from platform_cli.infra.permissions import accept, arn, deny_plain_http, document
from platform_core import contract

NO_ACCESS_LOGS = (
    "Only CloudFront, our functions and our builds reach it; their own logs say what they did, and "
    "a log bucket a client would cost more than it tells."
)
Index = dynamodb.CfnTable.GlobalSecondaryIndexProperty
KEYS_ONLY = dynamodb.CfnTable.StreamSpecificationProperty(stream_view_type="KEYS_ONLY")
Rule = s3.CfnBucket.RuleProperty


def queue_of_dead_letters(scope: Construct, name: str, prefix: str) -> sqs.CfnQueue:
    """Takes what was given up, from topics and rules whose names begin with `prefix`."""
    queue = sqs.CfnQueue(
        scope,
        "DeadLetters",
        queue_name=name,
        message_retention_period=14 * 24 * 3600,
        sqs_managed_sse_enabled=True,
    )
    accept(queue, {"AwsSolutions-SQS3": "It is the dead-letter queue itself."})
    senders = {
        "Effect": "Allow",
        "Principal": {"Service": ["events.amazonaws.com", "sns.amazonaws.com"]},
        "Action": "sqs:SendMessage",
        "Resource": queue.attr_arn,
        "Condition": {
            "ArnLike": {
                "aws:SourceArn": [arn("events", f"rule/{prefix}-*"), arn("sns", f"{prefix}-*")]
            }
        },
    }
    sqs.CfnQueuePolicy(
        scope,
        "DeadLettersPolicy",
        queues=[queue.ref],
        policy_document=document(deny_plain_http(queue.attr_arn, actions="sqs:*"), senders),
    )
    return queue


def bucket(
    scope: Construct, id_: str, name: str, *, expire: Mapping[str, int] | None = None
) -> s3.CfnBucket:
    """Versioned and private. An old version stays for a month; only the prefixes of `expire` (in
    days) have an age rule, for one day such a rule would delete the live release of a quiet site.
    """
    made = s3.CfnBucket(
        scope,
        id_,
        bucket_name=f"{name}-{Aws.ACCOUNT_ID}",
        bucket_encryption=_sse_s3(),
        lifecycle_configuration=s3.CfnBucket.LifecycleConfigurationProperty(
            rules=[_old_versions(), *_ages(expire or {})]
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
    accept(made, {"AwsSolutions-S1": NO_ACCESS_LOGS})
    return made


def table(
    scope: Construct,
    id_: str,
    name: str,
    keys: Mapping[str, str],
    *,
    indexed: Mapping[str, str] | None = None,
    indexes: Sequence[Index] = (),
    stream: dynamodb.CfnTable.StreamSpecificationProperty | None = None,
    protected: bool,
) -> dynamodb.CfnTable:
    """On demand, restorable to any second of 35 days, encrypted with a key of AWS's own.

    `keys` and `indexed`: attribute to its type, `S` or `N`.
    """
    return dynamodb.CfnTable(
        scope,
        id_,
        table_name=name,
        billing_mode="PAY_PER_REQUEST",
        key_schema=_key_schema(*keys),
        attribute_definitions=[
            dynamodb.CfnTable.AttributeDefinitionProperty(
                attribute_name=attribute, attribute_type=kind
            )
            for attribute, kind in {**keys, **(indexed or {})}.items()
        ],
        global_secondary_indexes=list(indexes) or None,
        stream_specification=stream,
        deletion_protection_enabled=protected,
        point_in_time_recovery_specification=(
            dynamodb.CfnTable.PointInTimeRecoverySpecificationProperty(
                point_in_time_recovery_enabled=True
            )
        ),
        time_to_live_specification=dynamodb.CfnTable.TimeToLiveSpecificationProperty(
            attribute_name=contract.EXPIRES_AT, enabled=True
        ),
    )


def index(
    name: str,
    partition: str,
    sort: str,
    *,
    include: list[str] | None = None,
    everything: bool = False,
) -> Index:
    """An index of a table; carries the keys alone unless it says more."""
    kind = "ALL" if everything else "INCLUDE" if include else "KEYS_ONLY"
    return Index(
        index_name=name,
        key_schema=_key_schema(partition, sort),
        projection=dynamodb.CfnTable.ProjectionProperty(
            projection_type=kind, non_key_attributes=include
        ),
    )


def _key_schema(
    partition: str, sort: str | None = None
) -> list[dynamodb.CfnTable.KeySchemaProperty]:
    roles = [(partition, "HASH"), *([(sort, "RANGE")] if sort else [])]
    return [
        dynamodb.CfnTable.KeySchemaProperty(attribute_name=name, key_type=role)
        for name, role in roles
    ]


def _old_versions() -> Rule:
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


def _ages(expire: Mapping[str, int]) -> list[Rule]:
    return [
        Rule(id=prefix.strip("/"), status="Enabled", prefix=prefix, expiration_in_days=days)
        for prefix, days in expire.items()
    ]


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
