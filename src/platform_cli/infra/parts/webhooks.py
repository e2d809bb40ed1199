"""The door: where vendors post what changed, and what proves and keeps it."""

from aws_cdk import CfnOutput, Fn
from constructs import Construct

from platform_cli.infra.api import Api
from platform_cli.infra.functions import Work, follow_stream, lay_function, read_secrets
from platform_cli.infra.ground import LARGE, Ground, present
from platform_cli.infra.permissions import allow
from platform_core import contract
from platform_core.webhook import WEBHOOK_SECRET


class Webhooks(Construct):
    """The API and the router. Its one write on the way to the answer is the inbox row."""

    def __init__(self, scope: Construct, ground: Ground) -> None:
        super().__init__(scope, "Webhooks")
        inbox = present(ground.inbox_table)
        self.api = Api(self, ground)
        function = lay_function(
            self,
            ground,
            Work(
                purpose="webhook-router",
                timeout_seconds=30,
                environment={
                    contract.INBOX_TABLE: inbox.ref,
                    contract.DATA_BUCKET: ground.data_bucket.ref,
                },
                statements=[
                    allow(["dynamodb:PutItem"], inbox.attr_arn),
                    allow(
                        ["s3:PutObject"],
                        f"{ground.data_bucket.attr_arn}/{contract.RAW_BODIES}*",
                        f"{ground.data_bucket.attr_arn}/{contract.BODIES_SET_ASIDE}*",
                        because=LARGE,
                    ),
                    *read_secrets(ground, WEBHOOK_SECRET),
                ],
            ),
        )
        self.api.answer(
            Construct(self, "Door"),
            function,
            "POST /webhooks/{provider}",
            "POST /webhook/{provider}",
            "GET /health",
        )
        if ground.content_table is None:
            follow_stream(self, ground, ground.functions["builder"], inbox.attr_stream_arn)
        for key, value in {
            contract.OUT_WEBHOOKS: Fn.join("", [self.api.url, "/webhooks"]),
            contract.OUT_ROUTER: function.ref,
            contract.OUT_INBOX_TABLE: inbox.ref,
        }.items():
            CfnOutput(scope, key, value=value)
