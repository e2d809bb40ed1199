"""What all parts of a stack stand on: names, stores, and the one queue of dead letters.

The stores are laid before any part, because parts use each other's: `builder` reads the content
that `ingest` writes. What holds data stays when the stack goes, outside `dev`.
"""

from typing import TypeVar

from aws_cdk import CfnResource, RemovalPolicy, Stack
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as awslambda
from aws_cdk import aws_logs as logs
from constructs import Construct

from platform_cli.infra.bundle import Bundler
from platform_cli.infra.permissions import Statement, allow, arn
from platform_cli.infra.stores import KEYS_ONLY, bucket, index, queue_of_dead_letters, table
from platform_cli.resolve.blueprint import Binding, Blueprint, Builds, Content, Part, Webhooks
from platform_cli.resolve.naming import ResourceNames
from platform_core import contract

CACHE = "cache/"
"""Of the data bucket: packages that the next build can use again."""

LARGE = "A large body is kept under a key made of its delivery's."

T = TypeVar("T")


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
        self.caller: iam.CfnRole | None = None
        """The role that schedules call functions with."""
        self._lay_stores()

    def _lay_stores(self) -> None:
        names = self.names
        self.dead_letters = queue_of_dead_letters(
            self, names.queue("dead-letters"), self.names.prefix
        )
        self.site_bucket = bucket(self, "SiteBucket", names.bucket("site"))
        self.data_bucket = bucket(
            self, "DataBucket", names.bucket("data"), expire={contract.RAW_BODIES: 90, CACHE: 30}
        )
        self.pointer_store = cloudfront.CfnKeyValueStore(
            self, "Pointer", name=names.edge("pointer")
        )
        self.site_table = self._site_table()
        self.inbox_table = self._inbox_table() if self._has(Webhooks) else None
        self.content_table = self._content_table() if self._has(Content) else None
        for store in (
            self.site_bucket,
            self.data_bucket,
            self.site_table,
            self.inbox_table,
            self.content_table,
        ):
            if store is not None:
                self._keep(store)

    def topic_arn(self, name: str) -> str:
        return arn("sns", name)

    def queue_arn(self) -> str:
        return self.dead_letters.attr_arn

    def works_inbox(self) -> list[Statement]:
        """To read waiting deliveries and their bodies, to mark them and to set their bodies aside;
        nothing without an inbox. Who may not list a bucket is not told that an object is gone."""
        if self.inbox_table is None:
            return []
        inbox = self.inbox_table.attr_arn
        return [
            allow(["dynamodb:GetItem", "dynamodb:UpdateItem"], inbox),
            allow(["dynamodb:Query"], f"{inbox}/index/{contract.PENDING_INDEX}"),
            allow(
                ["s3:GetObject", "s3:PutObject"],
                f"{self.data_bucket.attr_arn}/{contract.RAW_BODIES}*",
                f"{self.data_bucket.attr_arn}/{contract.BODIES_SET_ASIDE}*",
                because=LARGE,
            ),
            allow(["s3:ListBucket"], self.data_bucket.attr_arn),
            allow(
                ["s3:DeleteObject"],
                f"{self.data_bucket.attr_arn}/{contract.BODIES_SET_ASIDE}*",
                because=LARGE,
            ),
            allow(
                [
                    f"dynamodb:{verb}"
                    for verb in ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")
                ],
                self.inbox_table.attr_stream_arn,
            ),
        ]

    # --- stores --------------------------------------------------------------------------------

    def _has(self, part: type[Part]) -> bool:
        return any(isinstance(each, part) for each in self.blueprint.parts)

    def _keep(self, resource: CfnResource) -> None:
        keep = self.blueprint.retain_data
        resource.apply_removal_policy(RemovalPolicy.RETAIN if keep else RemovalPolicy.DESTROY)

    def _site_table(self) -> dynamodb.CfnTable:
        return table(
            self,
            "SiteTable",
            self.names.site_table,
            {contract.SITE_KEY: "S", contract.SITE_SORT: "S"},
            protected=self.blueprint.retain_data,
        )

    def _inbox_table(self) -> dynamodb.CfnTable:
        """Its stream carries keys only: whoever reads it asks the row, which is the truth."""
        received = contract.RECEIVED_AT
        listed = ["provider", "status", "reason", "attempts", "event_ids", "request_id"]
        return table(
            self,
            "InboxTable",
            self.names.inbox_table,
            {contract.INBOX_KEY: "S"},
            indexed={contract.PENDING: "S", "client_id": "S", received: "N"},
            indexes=[
                index(contract.PENDING_INDEX, contract.PENDING, received),
                index(contract.RECENT_INDEX, "client_id", received, include=listed),
            ],
            stream=KEYS_ONLY,
            protected=self.blueprint.retain_data,
        )

    def _content_table(self) -> dynamodb.CfnTable:
        listed = ["client_id", "content_type", "provider_name", "title"]
        attributes = ("client_id", "content_type", "provider_name", "updated_at", "status")
        return table(
            self,
            "ContentTable",
            self.names.content_table,
            {contract.CONTENT_KEY: "S", contract.CONTENT_SORT: "S"},
            indexed=dict.fromkeys(attributes, "S"),
            indexes=[
                index(contract.CLIENT_TYPE_INDEX, "client_id", "content_type", everything=True),
                index(contract.PROVIDER_INDEX, "provider_name", "updated_at"),
                index(contract.STATUS_INDEX, "status", "updated_at", include=listed),
            ],
            protected=self.blueprint.retain_data,
        )


def present(thing: T | None) -> T:
    """What a part needs and an earlier part, or the ground, has laid."""
    if thing is None:
        raise ValueError("a part needs what its blueprint does not hold")
    return thing
