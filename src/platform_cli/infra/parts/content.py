"""Event-driven mode: deliveries become content and events, and others may read both."""

from aws_cdk import CfnOutput
from aws_cdk import aws_lambda as awslambda
from aws_cdk import aws_sns as sns
from constructs import Construct

from platform_cli.infra.api import Api
from platform_cli.infra.functions import (
    Work,
    follow_stream,
    lay_function,
    may_invoke,
    read_secrets,
)
from platform_cli.infra.ground import Ground, present
from platform_cli.infra.permissions import Statement, allow, arn, deny_plain_http, document
from platform_cli.infra.timers import sweep
from platform_core import content_api, contract

FOR_THE_BUILDER = {contract.REQUIRES_BUILD: ["true"], contract.BUILD_HINT: ["true"]}
"""One hint a batch: a thousand changes must not be a thousand calls."""

BODY = "A large item's body is kept under the hash of its content."


class Content(Construct):
    """Topics, ingest and the content API."""

    def __init__(self, scope: Construct, ground: Ground, api: Api) -> None:
        super().__init__(scope, "Content")
        self.ground = ground
        names = ground.names
        for purpose, name in {
            "Content": names.content_topic,
            "Commerce": names.commerce_topic,
            "Build": names.build_topic,
        }.items():
            topic = self._topic(purpose, name)
            if purpose != "Build":
                self._subscribe(f"{purpose}Hints", topic)
        ingest = self._ingest()
        self._read_api(api)
        for key, value in {
            contract.OUT_CONTENT_API: api.url,
            contract.OUT_CONTENT_TABLE: names.content_table,
            contract.OUT_INGEST: ingest.ref,
        }.items():
            CfnOutput(scope, key, value=value)

    def _topic(self, purpose: str, name: str) -> sns.CfnTopic:
        topic = sns.CfnTopic(
            self,
            f"{purpose}Topic",
            topic_name=name,
            display_name=f"{purpose} Events - {self.ground.blueprint.names.client_id}",
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

    def _subscribe(self, id_: str, topic: sns.CfnTopic) -> None:
        place = Construct(self, id_)
        builder = self.ground.functions["builder"]
        sns.CfnSubscription(
            place,
            "Subscription",
            topic_arn=topic.ref,
            protocol="lambda",
            endpoint=builder.attr_arn,
            filter_policy=FOR_THE_BUILDER,
            filter_policy_scope="MessageAttributes",
            redrive_policy={"deadLetterTargetArn": self.ground.queue_arn()},
        )
        may_invoke(place, builder, "sns", topic.ref)

    def _ingest(self) -> awslambda.CfnFunction:
        ground = self.ground
        inbox, content = present(ground.inbox_table), present(ground.content_table)
        topics = {
            contract.CONTENT_TOPIC: ground.topic_arn(ground.names.content_topic),
            contract.COMMERCE_TOPIC: ground.topic_arn(ground.names.commerce_topic),
        }
        function = lay_function(
            self,
            ground,
            Work(
                purpose="ingest",
                timeout_seconds=120,
                environment={
                    contract.INBOX_TABLE: inbox.ref,
                    contract.CONTENT_TABLE: content.ref,
                    contract.SITE_TABLE: ground.site_table.ref,
                    contract.DATA_BUCKET: ground.data_bucket.ref,
                    contract.DEAD_LETTERS: ground.dead_letters.ref,
                    **topics,
                },
                statements=[
                    *ground.works_inbox(),
                    *_keeps(ground, content.attr_arn),
                    allow(["sns:Publish"], *topics.values()),
                    *read_secrets(ground),
                ],
            ),
        )
        follow_stream(self, ground, function, inbox.attr_stream_arn)
        sweep(self, ground, "ingest")
        return function

    def _read_api(self, api: Api) -> None:
        ground = self.ground
        table = present(ground.content_table)
        function = lay_function(
            self,
            ground,
            Work(
                purpose="content-api",
                timeout_seconds=30,
                environment={
                    contract.CONTENT_TABLE: table.ref,
                    contract.DATA_BUCKET: ground.data_bucket.ref,
                },
                statements=[
                    allow(
                        ["dynamodb:Query"],
                        table.attr_arn,
                        f"{table.attr_arn}/index/{contract.CLIENT_TYPE_INDEX}",
                    ),
                    allow(
                        ["s3:GetObject"],
                        f"{ground.data_bucket.attr_arn}/{contract.CONTENT_BODIES}*",
                        because=BODY,
                    ),
                ],
            ),
        )
        api.answer(Construct(self, "Read"), function, *content_api.ROUTES, signed=True)


def _keeps(ground: Ground, content: str) -> list[Statement]:
    """Items and their large bodies, the one counter that says something is to be built, and when
    each vendor was last looked at."""
    return [
        allow(["dynamodb:GetItem", "dynamodb:PutItem"], content),
        allow(["dynamodb:Query"], f"{content}/index/{contract.PROVIDER_INDEX}"),
        allow(["dynamodb:GetItem", "dynamodb:UpdateItem"], ground.site_table.attr_arn),
        allow(
            ["s3:PutObject"],
            f"{ground.data_bucket.attr_arn}/{contract.CONTENT_BODIES}*",
            because=BODY,
        ),
    ]
