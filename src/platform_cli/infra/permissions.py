"""IAM as plain data: what a role may do is written out, statement by statement.

No `grant_*` anywhere: those give more than a part needs, and hide it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import Acknowledgment, Aws, Validations
from aws_cdk import aws_iam as iam
from constructs import Construct

Statement = dict[str, Any]
Conditions = Mapping[str, Mapping[str, object]]

OWN_ACCOUNT: Conditions = {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}
"""A service may take a role only on behalf of our own account."""


def arn(
    service: str, resource: str, *, region: str = Aws.REGION, account: str = Aws.ACCOUNT_ID
) -> str:
    """An ARN from a predictable name, so that parts can speak of each other in any order."""
    return f"arn:{Aws.PARTITION}:{service}:{region}:{account}:{resource}"


def allow(actions: Sequence[str], *resources: str, when: Conditions | None = None) -> Statement:
    statement: Statement = {"Effect": "Allow", "Action": list(actions), "Resource": list(resources)}
    return statement | ({"Condition": when} if when else {})


def deny_plain_http(*resources: str, actions: str) -> Statement:
    """Of a resource policy: nothing travels unencrypted."""
    return {
        "Sid": "OnlyOverTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": actions,
        "Resource": list(resources),
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def document(*statements: Statement) -> dict[str, object]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def role(
    scope: Construct,
    name: str,
    *,
    service: str,
    statements: Sequence[Statement],
    wildcards: str = "",
    when: Conditions | None = None,
) -> iam.CfnRole:
    """A role that one service takes, with one inline policy and no managed one.

    `wildcards` says why its policy cannot do without a `*`, where it has one.
    """
    trust = {
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
            iam.CfnRole.PolicyProperty(policy_name="own", policy_document=document(*statements))
        ],
    )
    if wildcards:
        accept(made, {"AwsSolutions-IAM5": wildcards})
    return made


def accept(construct: Construct, findings: Mapping[str, str]) -> None:
    """Says to cdk-nag why a finding is meant to be."""
    for rule, reason in findings.items():
        Validations.of(construct).acknowledge(Acknowledgment(id=rule, reason=reason))
