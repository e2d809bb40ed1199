"""Content, in event-driven mode: topics, ingest that applies deliveries, and the content API."""

from dataclasses import dataclass
from typing import Self

from aws_cdk import CfnOutput
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as awslambda
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct

from platform_cli.blueprint import model
from platform_cli.infra.api import Api
from platform_cli.infra.functions import (
    FunctionSpec,
    add_function,
    add_stream_trigger,
    allow_invoke,
    worker_secret_statements,
)
from platform_cli.infra.parts.commits import (
    commit_statements,
    commit_variables,
    follows_repository,
    worker_size,
)
from platform_cli.infra.parts.webhooks import Inbox
from platform_cli.infra.permissions import Statement, allow, arn, deny_plain_http, document
from platform_cli.infra.shared_resources import SharedResources, required
from platform_cli.infra.timers import add_sweep
from platform_core import contract
from platform_core.content import http_api

FOR_THE_BUILDER = {contract.REQUIRES_BUILD: ["true"], contract.BUILD_HINT: ["true"]}
"""One hint a batch: a thousand changes must not be a thousand calls."""

BODY = "A large item's body is kept under the hash of its content."


@dataclass(frozen=True, slots=True)
class ContentStore:
    """The items of a client, with the statements for each kind of user."""

    table: dynamodb.CfnGlobalTable
    bodies: s3.CfnBucket
    """Holds the bodies that are too large for a row."""

    @classmethod
    def find(cls, shared: SharedResources) -> Self | None:
        """Return the content, or None for a client in direct mode."""
        part = shared.blueprint.find(model.Content)
        return cls(shared.stores.table(part.table), shared.data_bucket) if part else None

    def snapshot_statements(self) -> list[Statement]:
        """Allow a function to read all items."""
        return [allow(["dynamodb:Scan"], self.table.attr_arn), self._body_read_statement()]

    def reader_statements(self) -> list[Statement]:
        """Allow a function to read one item, and the items of one type."""
        table = self.table.attr_arn
        return [
            allow(["dynamodb:Query"], table, f"{table}/index/{contract.CLIENT_TYPE_INDEX}"),
            self._body_read_statement(),
        ]

    def writer_statements(self) -> list[Statement]:
        """Allow a function to write items, and to list the items of one provider."""
        table = self.table.attr_arn
        return [
            allow(["dynamodb:GetItem", "dynamodb:PutItem"], table),
            allow(["dynamodb:Query"], f"{table}/index/{contract.PROVIDER_INDEX}"),
        ]

    def body_writer_statements(self) -> list[Statement]:
        """Allow a function to write the large bodies of items."""
        return [
            allow(
                ["s3:PutObject"],
                f"{self.bodies.attr_arn}/{contract.CONTENT_BODIES}*",
                because=BODY,
            )
        ]

    def _body_read_statement(self) -> Statement:
        return allow(
            ["s3:GetObject"],
            f"{self.bodies.attr_arn}/{contract.CONTENT_BODIES}*",
            because=BODY,
        )


class Content(Construct):
    """The topics, the ingest function and the content API."""

    def __init__(
        self, scope: Construct, shared: SharedResources, part: model.Content, api: Api
    ) -> None:
        super().__init__(scope, "Content")
        self.shared = shared
        self.content = required(ContentStore.find(shared))
        names = shared.names
        for purpose, name in {
            "Content": names.content_topic,
            "Commerce": names.commerce_topic,
            "Build": names.build_topic,
        }.items():
            topic = self._add_topic(purpose, name)
            if purpose != "Build":
                self._subscribe_builder(f"{purpose}Hints", topic)
        ingest = self._add_ingest()
        self._add_api(api)
        for key, value in {
            contract.OUT_CONTENT_API: api.url,
            contract.OUT_CONTENT_TABLE: part.table.name,
            contract.OUT_INGEST: ingest.ref,
        }.items():
            CfnOutput(scope, key, value=value)

    def _add_topic(self, purpose: str, name: str) -> sns.CfnTopic:
        topic = sns.CfnTopic(
            self,
            f"{purpose}Topic",
            topic_name=name,
            display_name=f"{purpose} Events - {self.shared.blueprint.names.client_id}",
        )
        sns.CfnTopicPolicy(
            self,
            f"{purpose}TopicPolicy",
            topics=[topic.ref],
            policy_document=document(
                {
                    "Sid": "OwnAccount",
                    "Effect": "Allow",
                    "Principal": {"AWS": arn("iam", "root", region="")},
                    "Action": ["sns:Publish", "sns:Subscribe"],
                    "Resource": topic.ref,
                },
                deny_plain_http(topic.ref, actions="sns:Publish"),
            ),
        )
        return topic

    def _subscribe_builder(self, id_: str, topic: sns.CfnTopic) -> None:
        own_scope = Construct(self, id_)
        builder = self.shared.functions["builder"]
        sns.CfnSubscription(
            own_scope,
            "Subscription",
            topic_arn=topic.ref,
            protocol="lambda",
            endpoint=builder.attr_arn,
            filter_policy=FOR_THE_BUILDER,
            filter_policy_scope="MessageAttributes",
            redrive_policy={"deadLetterTargetArn": self.shared.dead_letters.attr_arn},
        )
        allow_invoke(own_scope, builder, "sns", topic.ref)

    def _add_ingest(self) -> awslambda.CfnFunction:
        shared = self.shared
        inbox = required(Inbox.find(shared))
        topics = {
            contract.CONTENT_TOPIC: shared.topic_arn(shared.names.content_topic),
            contract.COMMERCE_TOPIC: shared.topic_arn(shared.names.commerce_topic),
        }
        function = add_function(
            self,
            shared,
            FunctionSpec(
                purpose="ingest",
                timeout_seconds=300 if follows_repository(shared) else 120,
                environment={
                    contract.INBOX_TABLE: inbox.table.ref,
                    contract.CONTENT_TABLE: self.content.table.ref,
                    contract.SITE_TABLE: shared.site_table.ref,
                    contract.DATA_BUCKET: shared.data_bucket.ref,
                    contract.DEAD_LETTERS: shared.dead_letters.ref,
                    **topics,
                    **commit_variables(shared),
                },
                statements=[
                    *inbox.worker_statements(),
                    *self.content.writer_statements(),
                    # The counter of changes that want a build, and the time at which each vendor
                    # was last compared.
                    allow(["dynamodb:GetItem", "dynamodb:UpdateItem"], shared.site_table.attr_arn),
                    *self.content.body_writer_statements(),
                    allow(["sns:Publish"], *topics.values()),
                    *worker_secret_statements(shared),
                    *commit_statements(shared),
                ],
                **worker_size(shared),
            ),
        )
        add_stream_trigger(self, shared, function, inbox.table.attr_stream_arn)
        add_sweep(self, shared, "ingest")
        return function

    def _add_api(self, api: Api) -> None:
        function = add_function(
            self,
            self.shared,
            FunctionSpec(
                purpose="content-api",
                timeout_seconds=30,
                environment={
                    contract.CONTENT_TABLE: self.content.table.ref,
                    contract.DATA_BUCKET: self.content.bodies.ref,
                },
                statements=self.content.reader_statements(),
            ),
        )
        api.add_routes(Construct(self, "Read"), function, *http_api.ROUTES, signed=True)
