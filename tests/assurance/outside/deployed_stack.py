"""The resources of a client in a template, as AWS would name them."""

from collections.abc import Mapping
from typing import Any, Final

from tests.assurance.outside.templates import ACCOUNT, REGION, Template

TABLE: Final = "AWS::DynamoDB::GlobalTable"


class DeployedStack:
    """The resources of a client, by the ends of their names."""

    def __init__(self, template: Template) -> None:
        self.resolved = template.resolved()["Resources"]
        self.template = template
        self.queue = self.arn("AWS::SQS::Queue")
        self.queue_policy = self.policy("AWS::SQS::QueuePolicy")
        self.site, self.data = (self.arn("AWS::S3::Bucket", f"-{p}-") for p in ("site", "data"))
        self.site_policy, self.data_policy = (
            self.policy("AWS::S3::BucketPolicy", f"-{p}-") for p in ("site", "data")
        )
        self.rows = self.arn(TABLE, "build-batching")
        self.inbox = self.arn(TABLE, "webhook-receipts")
        self.content = self.find_arn(TABLE, "unified-content-cache")
        self.prefix = self.inbox.rpartition("/")[2].removesuffix("-webhook-receipts")
        self.worker = "ingest" if self.content else "builder"
        self.has_erasure = any("shopify" in secret for secret in self.secrets("webhook-router"))
        """Whether a vendor sends requests to erase personal data."""

    def arn(self, kind: str, name: str = "") -> str:
        found = self.find_arn(kind, name)
        assert found is not None, (kind, name)
        return found

    def find_arn(self, kind: str, name: str = "") -> str | None:
        arns = (self.template.arn(id_) for id_, _ in self.template.of_type(kind))
        return next((arn for arn in arns if name in arn), None)

    def policy(self, kind: str, name: str = "") -> Mapping[str, Any]:
        properties = (self.resolved[id_]["Properties"] for id_, _ in self.template.of_type(kind))
        return next(each["PolicyDocument"] for each in properties if name in str(each))

    def function(self, purpose: str) -> str:
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.prefix}-{purpose}"

    def role(self, purpose: str) -> Mapping[str, Any]:
        roles = (self.resolved[id_] for id_, _ in self.template.of_type("AWS::IAM::Role"))
        name = f"{self.prefix}-{purpose}"
        return next(role for role in roles if role["Properties"]["RoleName"] == name)

    def function_policy(self, purpose: str) -> Mapping[str, Any]:
        """Return the resource policy that the permissions of a function make."""
        statements = [
            {
                "Effect": "Allow",
                "Principal": {"Service": permission["Principal"]},
                "Action": "lambda:InvokeFunction",
                "Resource": self.function(purpose),
                "Condition": {"ArnLike": {"aws:SourceArn": permission["SourceArn"]}},
            }
            for id_, _ in self.template.of_type("AWS::Lambda::Permission")
            if (permission := self.resolved[id_]["Properties"])["FunctionName"]
            == f"{self.prefix}-{purpose}"
        ]
        return {"Version": "2012-10-17", "Statement": statements}

    def secrets(self, purpose: str) -> list[str]:
        """Return the ARNs of the SSM parameters that a role names."""
        [policy] = self.role(purpose)["Properties"]["Policies"]
        return [
            arn
            for statement in policy["PolicyDocument"]["Statement"]
            if "ssm:GetParameter" in statement["Action"]
            for arn in statement["Resource"]
        ]
