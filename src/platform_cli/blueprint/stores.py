"""Stores: the resources of a part that hold data, with everything that is particular to them.

A store holds its keys and indexes, its retention and its expiry, and the facts that a deploy, a
teardown and a data-loss warning need. Other modules read these values instead of listing the names
or resource types of stores themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final, Literal, get_args

from platform_core import contract

AttributeType = Literal["S", "N"]
Projection = Literal["KEYS_ONLY", "INCLUDE", "ALL"]


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index of a table."""

    name: str
    partition: str
    sort: str
    projection: Projection = "KEYS_ONLY"
    include: tuple[str, ...] = ()
    """Attributes beside the keys, for the projection `INCLUDE`."""


@dataclass(frozen=True, slots=True)
class Expiry:
    """A prefix of a bucket whose objects expire by age."""

    prefix: str
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A DynamoDB table: on demand, encrypted, restorable to any second of the last 35 days.

    It is a global table with one replica, in the region of its stack. A second region is then one
    more replica, while an `AWS::DynamoDB::Table` could not be changed into a global one.
    """

    resource_type: ClassVar[str] = "AWS::DynamoDB::GlobalTable"
    former_resource_type: ClassVar[str] = "AWS::DynamoDB::Table"
    """Type of the tables of stacks that earlier versions of this tool deployed."""
    holds: ClassVar[str] = "rows"
    emptied_before_deletion: ClassVar[bool] = False

    id: str
    """Construct id, from which the CDK computes the logical id. A change replaces the resource."""
    name: str
    attributes: Mapping[str, AttributeType]
    """Type of every attribute that is a key of the table or of an index."""
    partition: str
    sort: str | None = None
    indexes: tuple[Index, ...] = ()
    stream: Literal["KEYS_ONLY"] | None = None
    time_to_live: str | None = contract.EXPIRES_AT
    """Attribute with the Unix time at which a row expires."""
    retained: bool
    """True if the data outlives the stack."""
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A private, versioned S3 bucket. Old versions of an object stay for a month."""

    resource_type: ClassVar[str] = "AWS::S3::Bucket"
    holds: ClassVar[str] = "files"
    emptied_before_deletion: ClassVar[bool] = True
    """CloudFormation deletes no bucket that holds an object."""

    id: str
    name: str
    """Without the account's id, which `infra` appends: bucket names are unique worldwide."""
    expiries: tuple[Expiry, ...] = ()
    retained: bool
    kind: Literal["bucket"] = "bucket"


@dataclass(frozen=True, slots=True)
class QueueAlarm:
    """An alarm that fires while its queue holds a message."""

    purpose: str
    """Its name, after the client's prefix."""
    description: str
    """Cause and remedy, for the recipient of the alarm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """An SQS queue for messages that a topic, rule, schedule or function could not deliver."""

    resource_type: ClassVar[str] = "AWS::SQS::Queue"
    holds: ClassVar[str] = "messages"
    emptied_before_deletion: ClassVar[bool] = False

    id: str
    name: str
    topics: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    """Names of the topics and rules that may send to it. Whole names: a prefix such as `acme-prod-`
    would match those of a client `acme-prod` in the same account."""
    keep_days: int = 14
    """SQS's maximum."""
    retained: bool = False
    alarm: QueueAlarm | None = None
    kind: Literal["queue"] = "queue"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyValueStore:
    """A CloudFront key-value store, which functions read at the edge."""

    resource_type: ClassVar[str] = "AWS::CloudFront::KeyValueStore"
    holds: ClassVar[str] = "the release pointer"
    emptied_before_deletion: ClassVar[bool] = False

    id: str
    name: str
    retained: bool = False
    kind: Literal["key_value_store"] = "key_value_store"


Store = Table | Bucket | Queue | KeyValueStore

STORE_TYPES: Final[Mapping[str, type[Store]]] = {
    store_type.resource_type: store_type for store_type in get_args(Store)
} | {Table.former_resource_type: Table}
"""Each kind of store by its CloudFormation type."""


_RETAINING_POLICIES: Final = frozenset({"Retain", "RetainExceptOnCreate"})
"""A stack has the second one. Earlier versions of this tool wrote `Retain`, under which the
resources of a first deploy that fails stay behind and block the next deploy."""


def is_retaining(policy: str | None) -> bool:
    """Return whether a `DeletionPolicy` or `UpdateReplacePolicy` keeps the resource."""
    return policy in _RETAINING_POLICIES


def contents_of(resource_type: str) -> str:
    """Return the kind of data that resources of this type hold, or an empty text."""
    store_type = STORE_TYPES.get(resource_type)
    return store_type.holds if store_type else ""


@dataclass(frozen=True, slots=True)
class LogAlarm:
    """An alarm on a line that a function logs under `contract.ALARM`.

    Such a metric costs nothing in an hour without such a line.
    """

    purpose: str
    """Its name, after the client's prefix."""
    line: str
    logged_by: str
    """Purpose of the function, such as `webhook-router`."""
    description: str
    """Cause and remedy, for the recipient of the alarm."""
    at_least: int = 1
    within_minutes: int = 5
