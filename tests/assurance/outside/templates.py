"""Resolve a synthesized CloudFormation template to plain JSON.

    python -m tests.assurance.outside.templates tests/infra/golden/composed.json > resolved.json

Resolves pseudo parameters, `Ref`, `Fn::GetAtt`, `Fn::Join` and `Fn::Sub`, for tools that do not
know CloudFormation (an IAM simulator, parliament).
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

ACCOUNT = "123456789012"
REGION = "us-east-1"
PSEUDO_PARAMETERS = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Region": REGION,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": "stack",
    "AWS::NoValue": None,
}
NAME_PROPERTIES = {
    "AWS::S3::Bucket": "BucketName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::DynamoDB::GlobalTable": "TableName",
    "AWS::IAM::Role": "RoleName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::Events::Rule": "Name",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
    "AWS::CodeBuild::Project": "Name",
    "AWS::CloudFront::KeyValueStore": "Name",
    "AWS::CloudFront::Function": "Name",
}
ARN_FORMS = {
    "AWS::S3::Bucket": "arn:aws:s3:::{name}",
    "AWS::DynamoDB::Table": "arn:aws:dynamodb:{place}:table/{name}",
    "AWS::DynamoDB::GlobalTable": "arn:aws:dynamodb:{place}:table/{name}",
    "AWS::IAM::Role": "arn:aws:iam::{account}:role/{name}",
    "AWS::Lambda::Function": "arn:aws:lambda:{place}:function:{name}",
    "AWS::Logs::LogGroup": "arn:aws:logs:{place}:log-group:{name}:*",
    "AWS::SQS::Queue": "arn:aws:sqs:{place}:{name}",
    "AWS::SNS::Topic": "arn:aws:sns:{place}:{name}",
    "AWS::Events::Rule": "arn:aws:events:{place}:rule/{name}",
    "AWS::StepFunctions::StateMachine": "arn:aws:states:{place}:stateMachine:{name}",
    "AWS::CloudFront::KeyValueStore": "arn:aws:cloudfront::{account}:key-value-store/"
    "11111111-2222-3333-4444-555555555555",
    "AWS::CloudFront::Function": "arn:aws:cloudfront::{account}:function/{name}",
}
FIXED_REFERENCES = {
    "AWS::CloudFront::Distribution": "E1234567890ABC",
    "AWS::ApiGatewayV2::Api": "abcdef1234",
}


class Template:
    """A template whose intrinsic functions can be resolved."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.resources: Mapping[str, Any] = document["Resources"]

    def of_type(self, *types: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield logical id and resource, in the template's order."""
        for logical_id, resource in self.resources.items():
            if resource["Type"] in types:
                yield logical_id, resource

    def name(self, logical_id: str) -> str:
        """Return the physical name; the logical id if the template has none."""
        resource = self.resources[logical_id]
        key = NAME_PROPERTIES.get(resource["Type"], "")
        return str(self.plain(resource.get("Properties", {}).get(key, logical_id)))

    def arn(self, logical_id: str) -> str:
        """Return the ARN of a resource."""
        kind = self.resources[logical_id]["Type"]
        service = kind.split("::")[1].lower()
        form = ARN_FORMS.get(kind, f"arn:aws:{service}:{{place}}:{logical_id}")
        name = self.name(logical_id) if "{name}" in form else ""
        return form.format(name=name, account=ACCOUNT, place=f"{REGION}:{ACCOUNT}")

    def plain(self, value: Any) -> Any:
        """Return a value with all its intrinsic functions resolved."""
        if isinstance(value, list):
            return [self.plain(each) for each in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((name, argument),) = value.items()
            if name == "Ref":
                return self._reference(argument)
            if name == "Fn::GetAtt":
                pair = argument if isinstance(argument, list) else argument.split(".", 1)
                return self._attribute(*pair)
            if name == "Fn::Join":
                return argument[0].join(str(self.plain(each)) for each in argument[1])
            if name == "Fn::Sub" and isinstance(argument, str):
                return re.sub(
                    r"\$\{([^}!]+)\}", lambda match: str(self._reference(match[1])), argument
                )
        return {name: self.plain(each) for name, each in value.items()}

    def resolved(self) -> dict[str, Any]:
        """Return the whole template as plain JSON, each resource with its `Arn`."""
        resources = {
            logical_id: {
                **resource,
                "Properties": self.plain(resource.get("Properties", {})),
                "Arn": self.arn(logical_id),
            }
            for logical_id, resource in self.resources.items()
        }
        return {"Resources": resources, "Outputs": self.plain(self.document.get("Outputs", {}))}

    def _reference(self, logical_id: str) -> Any:
        if logical_id in PSEUDO_PARAMETERS:
            return PSEUDO_PARAMETERS[logical_id]
        if logical_id not in self.resources:
            return f"param-{logical_id}"
        kind = self.resources[logical_id]["Type"]
        if kind == "AWS::SNS::Topic":
            return self.arn(logical_id)
        if kind == "AWS::SQS::Queue":
            return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{self.name(logical_id)}"
        return FIXED_REFERENCES.get(kind) or self.name(logical_id)

    def _attribute(self, logical_id: str, attribute: str) -> str:
        if attribute in {"Arn", "ARN", "FunctionARN"}:
            return self.arn(logical_id)
        if attribute == "StreamArn":
            return f"{self.arn(logical_id)}/stream/2026-11-30T00:00:00.000"
        return f"{self.name(logical_id)}.{attribute}"


@dataclass(frozen=True, slots=True)
class Role:
    """The policies of one role, resolved."""

    name: str
    statements: list[dict[str, Any]]

    def allows(self, action: str, resource: str) -> bool:
        """Check the Allow statements only: conditions and Deny statements are not read. A policy
        variable such as `${aws:userid}` matches no literal text."""
        return any(
            statement["Effect"] == "Allow"
            and any(fnmatchcase(action, each) for each in _as_list(statement["Action"]))
            and any(fnmatchcase(resource, each) for each in _as_list(statement["Resource"]))
            for statement in self.statements
        )


def roles(template: Template) -> dict[str, Role]:
    """Return the roles of a template by name."""
    by_name = {}
    for logical_id, resource in template.of_type("AWS::IAM::Role"):
        policies = template.plain(resource["Properties"].get("Policies", []))
        # The CDK puts grants either into the role or into separate policies.
        for _, policy in template.of_type("AWS::IAM::Policy"):
            if {"Ref": logical_id} in policy["Properties"].get("Roles", []):
                policies.append(template.plain(policy["Properties"]))
        statements = [
            statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]
        ]
        name = template.name(logical_id)
        by_name[name] = Role(name, statements)
    return by_name


def load_template(path: Path) -> Template:
    """Read a template file."""
    return Template(json.loads(path.read_text("utf-8")))


def _as_list(value: Any) -> list[str]:
    return list(value) if isinstance(value, list) else [value]


if __name__ == "__main__":
    json.dump(load_template(Path(sys.argv[1])).resolved(), sys.stdout, indent=1)
