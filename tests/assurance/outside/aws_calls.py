"""Every AWS call of the functions, the build and the timers, and whether IAM must allow it.

The calls are those of the adapters in `lambdas/runtime`, of the publisher, and of the services that
call a client's resources by themselves. `test_iam.py` has an IAM engine judge each of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from tests.assurance.outside.deployed_stack import DeployedStack
from tests.assurance.outside.templates import ACCOUNT, REGION

TLS: Final = {"aws:SecureTransport": "true"}
OWN: Final = {"aws:SourceAccount": ACCOUNT}
PUT: Final = {"s3:ObjectCreationOperation": "true"}
NEW: Final = {"s3:if-none-match": "*", **PUT}
ROLE_ID: Final = "AROAEXAMPLEOFTHEBUILD"
"""Unique id of the role of builds, with which the user id of each session starts."""
KEY: Final = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/99999999-0000-0000-0000-000000000000"
DELEGATED: Final = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": "kms:*",
            "Resource": "*",
        }
    ],
}
"""Policy of a key that leaves the decision to IAM, so that the role's own statement decides."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call, by a role of the client or by a service."""

    caller: str
    """End of a role's name, or the name of a service."""
    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)
    policy: Mapping[str, Any] | None = None
    """The policy of the resource."""
    allowed: bool = True


def every_call(stack: DeployedStack) -> Iterator[Call]:
    """Yield all calls of a client, and calls that must be denied."""
    functions = ["webhook-router", "builder", *(["ingest", "content-api"] if stack.content else [])]
    for purpose in functions:
        yield from _common_calls(stack, purpose)
    yield from _router_calls(stack)
    yield from _delivery_calls(stack, stack.worker)
    if stack.content:
        yield from _content_calls(stack, stack.content)
    yield from _builder_calls(stack)
    yield from _build_calls(stack)
    yield from _timer_calls(stack)
    yield from _service_calls(stack)


def _common_calls(stack: DeployedStack, purpose: str) -> Iterator[Call]:
    log = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/{stack.prefix}-{purpose}"
    for verb in ("CreateLogStream", "PutLogEvents"):
        yield Call(purpose, f"logs:{verb}", f"{log}:log-stream:2026/11/30/[$LATEST]abc")
    yield Call(purpose, "sqs:SendMessage", stack.queue, policy=stack.queue_policy)
    for secret in stack.secrets(purpose):
        yield Call(purpose, "ssm:GetParameter", secret)
        through_ssm = {"kms:ViaService": f"ssm.{REGION}.amazonaws.com"}
        encrypted = {"kms:EncryptionContext:PARAMETER_ARN": secret}
        other = {"kms:EncryptionContext:PARAMETER_ARN": f"{secret}-other"}
        yield Call(purpose, "kms:Decrypt", KEY, {**through_ssm, **encrypted}, DELEGATED)
        yield Call(purpose, "kms:Decrypt", KEY, encrypted, DELEGATED, allowed=False)
        yield Call(purpose, "kms:Decrypt", KEY, {**through_ssm, **other}, DELEGATED, allowed=False)


def _router_calls(stack: DeployedStack) -> Iterator[Call]:
    yield Call("webhook-router", "dynamodb:PutItem", stack.inbox)
    for key in ("inbox/abc", "aside/abc-0"):
        yield _object_call(stack, "webhook-router", "PutObject", "data", key, PUT)
    for verb in ("GetItem", "DeleteItem"):
        yield Call("webhook-router", f"dynamodb:{verb}", stack.inbox, allowed=False)


def _delivery_calls(stack: DeployedStack, worker: str) -> Iterator[Call]:
    for verb in ("GetItem", "UpdateItem"):
        yield Call(worker, f"dynamodb:{verb}", stack.inbox)
        yield Call(worker, f"dynamodb:{verb}", stack.rows)
    yield Call(worker, "dynamodb:Query", f"{stack.inbox}/index/PendingIndex")
    for key in ("inbox/abc", "aside/abc-0"):
        yield _object_call(stack, worker, "GetObject", "data", key)
        yield _object_call(stack, worker, "PutObject", "data", key, PUT)
        yield _list_call(stack, worker, "data", key)
        yield _object_call(stack, worker, "DeleteObject", "data", key)
        for verb in ("GetObjectVersion", "DeleteObjectVersion"):
            yield _object_call(stack, worker, verb, "data", key, allowed=stack.has_erasure)
        versions = _list_call(stack, worker, "data", key)
        yield replace(versions, action="s3:ListBucketVersions", allowed=stack.has_erasure)
    for verb in ("Scan", "DeleteItem"):
        yield Call(worker, f"dynamodb:{verb}", stack.inbox, allowed=stack.has_erasure)
    for verb in ("DescribeStream", "GetRecords", "GetShardIterator"):
        yield Call(worker, f"dynamodb:{verb}", f"{stack.inbox}/stream/2026-11-30T00:00:00.000")
    yield Call(worker, "dynamodb:ListStreams", "*")
    if worker == "ingest":
        # Without the right to list, no prefix of another function can be listed.
        yield _list_call(stack, worker, "data", "snapshots/a1.json", allowed=False)
        yield _list_call(stack, worker, "data", "", allowed=False)


def _content_calls(stack: DeployedStack, table: str) -> Iterator[Call]:
    for verb in ("GetItem", "PutItem"):
        yield Call("ingest", f"dynamodb:{verb}", table)
    yield Call("ingest", "dynamodb:Query", f"{table}/index/ProviderUpdateIndex")
    yield _object_call(stack, "ingest", "PutObject", "data", "bodies/abc", PUT)
    topics = {"ingest": ("content-events", "commerce-events"), "builder": ("build-events",)}
    for purpose, names in topics.items():
        for name in names:
            policy = stack.policy("AWS::SNS::TopicPolicy", name)
            yield Call(purpose, "sns:Publish", stack.arn("AWS::SNS::Topic", name), policy=policy)
    yield Call("content-api", "dynamodb:Query", table)
    yield Call("content-api", "dynamodb:Query", f"{table}/index/ClientContentTypeIndex")
    yield Call("content-api", "dynamodb:PutItem", table, allowed=False)
    yield Call("builder", "dynamodb:Scan", table)
    for purpose in ("content-api", "builder"):
        yield _object_call(stack, purpose, "GetObject", "data", "bodies/abc")


def _builder_calls(stack: DeployedStack) -> Iterator[Call]:
    for verb in ("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query"):
        yield Call("builder", f"dynamodb:{verb}", stack.rows)
    yield _object_call(stack, "builder", "GetObject", "data", "site.json")
    for verb in ("PutObject", "AbortMultipartUpload", "DeleteObject"):
        context = PUT if verb == "PutObject" else {}
        yield _object_call(stack, "builder", verb, "data", "snapshots/a1.json", context)
    for bucket, prefixes in {
        "data": ("snapshots/", "site.json"),
        "site": ("releases/", "assets/"),
    }.items():
        for prefix in prefixes:
            yield _list_call(stack, "builder", bucket, prefix)
        yield _list_call(stack, "builder", bucket, "", allowed=False)
    project = f"arn:aws:codebuild:{REGION}:{ACCOUNT}:project/{stack.prefix}-composed-build"
    for verb in ("StartBuild", "StopBuild", "BatchGetBuilds", "ListBuildsForProject"):
        yield Call("builder", f"codebuild:{verb}", project)
    for key in ("releases/a1/release.json", "assets/x.js"):
        for verb in ("GetObject", "DeleteObject"):
            yield _object_call(stack, "builder", verb, "site", key)
    yield _object_call(stack, "builder", "PutObject", "site", "errors/404.html", PUT)
    yield _object_call(
        stack, "builder", "PutObject", "site", "releases/a1/index.html", PUT, allowed=False
    )
    pointer = stack.arn("AWS::CloudFront::KeyValueStore")
    for verb, allowed in {
        "DescribeKeyValueStore": True,
        "PutKey": True,
        "DeleteKey": False,
        "ListKeys": False,
        "UpdateKeys": False,
    }.items():
        yield Call("builder", f"cloudfront-keyvaluestore:{verb}", pointer, allowed=allowed)
    yield Call("builder", "states:StartExecution", stack.arn("AWS::StepFunctions::StateMachine"))
    schedules = f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/{stack.prefix}-once"
    yield Call("builder", "scheduler:CreateSchedule", f"{schedules}/wake-1")
    for role, service, allowed in (
        ("scheduler", "scheduler", True),
        ("scheduler", "lambda", False),
        ("builder", "scheduler", False),
    ):
        passed_to = {"iam:PassedToService": f"{service}.amazonaws.com"}
        yield Call("builder", "iam:PassRole", stack.role(role)["Arn"], passed_to, allowed=allowed)


def _build_calls(stack: DeployedStack) -> Iterator[Call]:
    group = f"/aws/codebuild/{stack.prefix}-composed-build"
    log = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}:log-stream:abc"
    for verb in ("CreateLogStream", "PutLogEvents"):
        yield Call("build", f"logs:{verb}", log)
    for verb in ("GetBucketAcl", "GetBucketLocation"):
        yield Call("build", f"s3:{verb}", stack.data, TLS, stack.data_policy)
    for verb, key in (
        ("GetObject", "source/a.zip"),
        ("GetObjectVersion", "source/a.zip"),
        ("GetObject", "snapshots/a1.json"),
        ("GetObject", "cache/a"),
    ):
        yield _object_call(stack, "build", verb, "data", key)
    yield _object_call(stack, "build", "PutObject", "data", "cache/a", PUT)
    yield _list_call(stack, "build", "data", "cache/a")
    yield _list_call(stack, "build", "data", "inbox/", allowed=False)
    for key in ("site.json", "source/x.zip"):
        yield _object_call(stack, "build", "PutObject", "data", key, NEW, allowed=False)
    asset = "assets/x.0.js"
    yield _object_call(stack, "build", "PutObject", "site", asset, NEW)
    yield _object_call(stack, "build", "PutObject", "site", asset, PUT, allowed=False)
    replaces = {"s3:if-match": '"etag"', **PUT}
    yield _object_call(stack, "build", "PutObject", "site", asset, replaces, allowed=False)
    yield from _release_calls(stack)
    for verb in ("GetObject", "DeleteObject"):
        yield _object_call(stack, "build", verb, "site", asset, allowed=False)
    yield _object_call(stack, "build", "PutObject", "site", "errors/404.html", NEW, allowed=False)
    for secret in stack.secrets("webhook-router"):
        yield Call("build", "ssm:GetParameter", secret, allowed=False)


def _release_calls(stack: DeployedStack) -> Iterator[Call]:
    """Yield the put of a page by the build whose release it is, by another build, and over it."""
    page = f"releases/{ROLE_ID}:AWSCodeBuild-b1/index.html"
    own, other = ({"aws:userid": f"{ROLE_ID}:AWSCodeBuild-{build}"} for build in ("b1", "b2"))
    yield _object_call(stack, "build", "PutObject", "site", page, {**NEW, **own})
    yield _object_call(stack, "build", "PutObject", "site", page, {**NEW, **other}, allowed=False)
    yield _object_call(stack, "build", "PutObject", "site", page, {**PUT, **own}, allowed=False)


def _timer_calls(stack: DeployedStack) -> Iterator[Call]:
    yield Call("timer", "lambda:InvokeFunction", stack.function("builder"))
    for purpose in {"builder", stack.worker}:
        yield Call("scheduler", "lambda:InvokeFunction", stack.function(purpose))
    yield Call("scheduler", "sqs:SendMessage", stack.queue, policy=stack.queue_policy)


def _service_calls(stack: DeployedStack) -> Iterator[Call]:
    rule = {"aws:SourceArn": stack.arn("AWS::Events::Rule")}
    senders = {"events": [rule]}
    if stack.content:
        topics = ("content-events", "commerce-events")
        senders["sns"] = [{"aws:SourceArn": stack.arn("AWS::SNS::Topic", each)} for each in topics]
    for service, sources in senders.items():
        for source in sources:
            function, policy = stack.function("builder"), stack.function_policy("builder")
            yield Call(service, "lambda:InvokeFunction", function, source, policy)
            yield Call(service, "sqs:SendMessage", stack.queue, source, stack.queue_policy)
    # Another client's id can begin with this client's id and environment.
    foreign = {"aws:SourceArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:{stack.prefix}-dev-content-events"}
    yield Call("sns", "sqs:SendMessage", stack.queue, foreign, stack.queue_policy, allowed=False)
    edge = {"aws:SourceArn": f"arn:aws:cloudfront::{ACCOUNT}:distribution/E1234567890ABC"}
    other = {"aws:SourceArn": f"arn:aws:cloudfront::{ACCOUNT}:distribution/EOTHER"}
    for key in ("releases/a1/index.html", "assets/x.js", "errors/404.html"):
        page = f"{stack.site}/{key}"
        yield Call("cloudfront", "s3:GetObject", page, edge, stack.site_policy)
        yield Call("cloudfront", "s3:GetObject", page, other, stack.site_policy, allowed=False)
    snapshot = f"{stack.data}/snapshots/a1.json"
    yield Call("cloudfront", "s3:GetObject", snapshot, edge, stack.data_policy, allowed=False)
    yield from _trust_calls(stack)


def _trust_calls(stack: DeployedStack) -> Iterator[Call]:
    for id_, _ in stack.template.of_type("AWS::IAM::Role"):
        role = stack.resolved[id_]
        trust = role["Properties"]["AssumeRolePolicyDocument"]
        [statement] = trust["Statement"]
        service = statement["Principal"]["Service"].partition(".")[0]
        yield Call(service, "sts:AssumeRole", role["Arn"], OWN, trust)
        if service != "lambda":
            foreign = {"aws:SourceAccount": "999999999999"}
            yield Call(service, "sts:AssumeRole", role["Arn"], foreign, trust, allowed=False)


def _object_call(
    stack: DeployedStack,
    caller: str,
    verb: str,
    bucket: str,
    key: str,
    context: Mapping[str, str] | None = None,
    *,
    allowed: bool = True,
) -> Call:
    arn, policy = _bucket(stack, bucket)
    return Call(caller, f"s3:{verb}", f"{arn}/{key}", context or {}, policy, allowed)


def _list_call(
    stack: DeployedStack, caller: str, bucket: str, prefix: str, *, allowed: bool = True
) -> Call:
    arn, policy = _bucket(stack, bucket)
    return Call(caller, "s3:ListBucket", arn, {"s3:prefix": prefix}, policy, allowed)


def _bucket(stack: DeployedStack, name: str) -> tuple[str, Mapping[str, Any]]:
    if name == "site":
        return stack.site, stack.site_policy
    return stack.data, stack.data_policy
