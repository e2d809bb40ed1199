"""IAM written out: what a role may do, statement by statement, and why where it is a wildcard.

No `grant_*` anywhere: those give more than a part needs, and hide it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws_cdk import Acknowledgment, Aws, Stack, Validations
from aws_cdk import aws_iam as iam
from constructs import Construct

Conditions = Mapping[str, Mapping[str, object]]
Json = dict[str, Any]

OWN_ACCOUNT: Conditions = {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}
"""A service may take a role only on behalf of our own account."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One permission of a role."""

    actions: Sequence[str]
    resources: Sequence[str]
    when: Conditions | None = None
    because: str = ""
    """Why a resource of it cannot do without a `*`."""

    def json(self) -> Json:
        plain: Json = {
            "Effect": "Allow",
            "Action": list(self.actions),
            "Resource": list(self.resources),
        }
        return plain | ({"Condition": self.when} if self.when else {})


def allow(
    actions: Sequence[str], *resources: str, when: Conditions | None = None, because: str = ""
) -> Statement:
    return Statement(actions, resources, when, because)


def arn(
    service: str, resource: str, *, region: str = Aws.REGION, account: str = Aws.ACCOUNT_ID
) -> str:
    """An ARN from a predictable name, so that parts can speak of each other in any order."""
    return f"arn:{Aws.PARTITION}:{service}:{region}:{account}:{resource}"


def role(
    scope: Construct,
    name: str,
    *,
    service: str,
    statements: Sequence[Statement],
    when: Conditions | None = None,
) -> iam.CfnRole:
    """A role that one service takes, with one inline policy and no managed one."""
    trust: Json = {
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    made = iam.CfnRole(
        scope,
        "Role",
        role_name=name,
        assume_role_policy_document=document(trust | ({"Condition": when} if when else {})),
        policies=[
            iam.CfnRole.PolicyProperty(
                policy_name="own", policy_document=document(*(each.json() for each in statements))
            )
        ],
    )
    for statement in statements:
        _explain(made, statement)
    return made


def accept(construct: Construct, findings: Mapping[str, str]) -> None:
    """Says to cdk-nag why a finding is meant to be."""
    for rule, reason in findings.items():
        Validations.of(construct).acknowledge(Acknowledgment(id=rule, reason=reason))


def document(*statements: Json) -> Json:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def deny_plain_http(*resources: str, actions: str) -> Json:
    """Of a resource policy: nothing travels unencrypted."""
    return {
        "Sid": "OnlyOverTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": actions,
        "Resource": list(resources),
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def _explain(role: iam.CfnRole, statement: Statement) -> None:
    """A wildcard without a reason is refused here, before any check sees it."""
    for resource in statement.resources:
        shown = _shown(Stack.of(role).resolve(resource))
        if "*" in shown:
            if not statement.because:
                raise ValueError(f"{role.role_name}: {shown} is a wildcard and needs a reason")
            accept(role, {f"AwsSolutions-IAM5[Resource::{shown}]": statement.because})


def _shown(value: Any) -> str:
    """A resolved ARN as cdk-nag writes it: `<Bucket.Arn>/releases/*`."""
    match value:
        case str():
            return value
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::Join": [glue, parts]}:
            return str(glue).join(_shown(part) for part in parts)
    raise TypeError(f"no ARN: {value!r}")
