"""IAM written out: the permissions of a role, statement by statement, with a reason for a wildcard.

The CDK's `grant_*` methods are not used: they give more than a part needs, and hide it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws_cdk import Acknowledgment, Aws, Stack, Validations
from aws_cdk import aws_iam as iam
from constructs import Construct

Conditions = Mapping[str, Mapping[str, object]]
Json = dict[str, Any]

OWN_ACCOUNT: Conditions = {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}
"""A service may assume a role only on behalf of our own account."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One permission of a role."""

    actions: Sequence[str]
    resources: Sequence[str]
    when: Conditions | None = None
    because: str = ""
    """The reason for a `*` in a resource."""

    def json(self) -> Json:
        plain: Json = {
            "Effect": "Allow",
            "Action": list(self.actions),
            "Resource": "*" if list(self.resources) == ["*"] else list(self.resources),
        }
        return plain | ({"Condition": self.when} if self.when else {})


def allow(
    actions: Sequence[str], *resources: str, when: Conditions | None = None, because: str = ""
) -> Statement:
    return Statement(actions, resources, when, because)


def allow_list(bucket: str, *prefixes: str) -> Statement:
    """Allow a function to list these prefixes of a bucket.

    Without it, S3 answers 403 instead of 404 for an object that does not exist. S3 compares the key
    of such an object with the prefixes (ceph/ceph#68577, which copies AWS, 2026-04-23).
    """
    patterns = [f"{prefix}*" for prefix in prefixes]
    return allow(["s3:ListBucket"], bucket, when={"StringLike": {"s3:prefix": patterns}})


def arn(
    service: str, resource: str, *, region: str = Aws.REGION, account: str = Aws.ACCOUNT_ID
) -> str:
    """Return an ARN from a predictable name, so that parts can refer to each other in any order."""
    return f"arn:{Aws.PARTITION}:{service}:{region}:{account}:{resource}"


def add_role(
    scope: Construct,
    name: str,
    *,
    service: str,
    statements: Sequence[Statement],
    when: Conditions | None = None,
) -> iam.CfnRole:
    """Add a role that one service assumes, with one inline policy and no managed one."""
    trust: Json = {
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    new_role = iam.CfnRole(
        scope,
        "Role",
        role_name=name,
        assume_role_policy_document=document(trust | ({"Condition": when} if when else {})),
        policies=[
            iam.CfnRole.PolicyProperty(
                policy_name="own",
                policy_document=document(*(statement.json() for statement in statements)),
            )
        ],
    )
    for statement in statements:
        _require_wildcard_reasons(new_role, statement)
    return new_role


def suppress_nag_findings(construct: Construct, findings: Mapping[str, str]) -> None:
    """Tell cdk-nag why a finding is intended."""
    for rule, reason in findings.items():
        Validations.of(construct).acknowledge(Acknowledgment(id=rule, reason=reason))


def document(*statements: Json) -> Json:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def deny_plain_http(*resources: str, actions: str) -> Json:
    """Return the statement of a resource policy that refuses requests without TLS."""
    return {
        "Sid": "OnlyOverTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": actions,
        "Resource": list(resources),
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def _require_wildcard_reasons(role: iam.CfnRole, statement: Statement) -> None:
    """Pass the reasons for wildcards to cdk-nag. Raises `ValueError` for one without a reason."""
    for resource in statement.resources:
        text = _as_text(Stack.of(role).resolve(resource))
        if "*" in text:
            if not statement.because:
                raise ValueError(f"{role.role_name}: {text} is a wildcard and needs a reason")
            suppress_nag_findings(role, {f"AwsSolutions-IAM5[Resource::{text}]": statement.because})


def _as_text(value: Any) -> str:
    """Return a resolved ARN as cdk-nag writes it: `<Bucket.Arn>/releases/<aws:userid>/*`."""
    match value:
        case str():
            return re.sub(r"\$\{(.+?)\}", r"<\1>", value)
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::Join": [glue, parts]}:
            return str(glue).join(_as_text(part) for part in parts)
    raise TypeError(f"no ARN: {value!r}")
