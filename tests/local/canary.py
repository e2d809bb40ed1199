"""Read everything that a deployed client has written, by place, from the emulated services."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.canaries import Canary
from tests.local.ground import AwsClients

STACK = "acme-prod"
SECRETS = {
    "the previous webhook secret": "of-the-newsroom-1",
    "the webhook secret": "canary-secret-of-today",
    "the read token": "canary-read-token",
    "the shop's secret": "canary-secret-of-the-shop",
}
ORDER = {
    "email": "quillfeather@canary.example",
    "phone": "+44 20 0000 26797",
    "customer": {"id": 7001, "first_name": "Canary", "last_name": "Quillfeather-Finch"},
    "shipping_address": {"address1": "17 Canary Wharf Steps", "city": "Nestbury-on-Canary"},
}
INBOX = frozenset({"inbox"})
TITLE = "Canaries of the title"
# The order is applied before the search, so nothing of its customer is left.
CANARIES = [
    *(Canary(name, text) for name, text in SECRETS.items()),
    Canary("a customer's e-mail", "quillfeather@canary.example"),
    Canary("a customer's phone", "+44 20 0000 26797"),
    Canary("a customer's name", "Quillfeather-Finch"),
    Canary("a customer's street", "17 Canary Wharf Steps"),
    Canary("a customer's town", "Nestbury-on-Canary"),
    Canary("a title", TITLE, frozenset({"inbox", "content", "snapshots", "releases"})),
    Canary("a body that is not JSON", "canary-without-json", INBOX),
    Canary("a malformed body", "canary-of-the-poison", INBOX),
    Canary("a body that was refused", "canary-of-a-forger"),
]
COMMANDS = [
    ["status", "acme"],
    ["events", "acme"],
    ["builds", "acme"],
    ["releases", "acme"],
    ["logs", "acme", "--since", "86400"],
    ["deadletters", "list", "acme"],
    ["secrets", "list", "acme"],
]


def collect_written_data(
    root: Path, aws: AwsClients, ids: list[str], messages: list[str]
) -> dict[str, bytes]:
    """Return all written data by place. `messages` are the messages published to topics."""
    contents: dict[str, bytes] = {"topics": "\n".join(messages).encode()}
    for place, text in (
        *_read_tables(aws), *_read_objects(aws), *_read_logs(aws), *_read_environments(aws),
        *_read_builds(aws),
        *_read_templates(root, aws), *_read_dead_letters(aws), *_read_command_output(root, ids),
    ):  # fmt: skip
        raw = text if isinstance(text, bytes) else text.encode()
        contents[place] = contents.get(place, b"") + raw + b"\n"
    return contents


Contents = Iterator[tuple[str, str | bytes]]


def _read_tables(aws: AwsClients) -> Contents:
    places = {"receipts": "inbox", "content": "content", "batching": "site table"}
    for name in aws("dynamodb").list_tables()["TableNames"]:
        place = next((place for part, place in places.items() if part in name), "other tables")
        for page in aws("dynamodb").get_paginator("scan").paginate(TableName=name):
            for row in page["Items"]:
                yield place, repr(row)


def _read_objects(aws: AwsClients) -> Contents:
    """Read all objects of the stack's buckets."""
    for bucket in aws("s3").list_buckets()["Buckets"]:
        name = bucket["Name"]
        if STACK not in name:
            continue
        for page in aws("s3").get_paginator("list_objects_v2").paginate(Bucket=name):
            for stored_object in page.get("Contents", []):
                place = stored_object["Key"].partition("/")[0]
                body = aws("s3").get_object(Bucket=name, Key=stored_object["Key"])["Body"].read()
                yield (
                    {"errors": "releases"}.get(place, place),
                    stored_object["Key"].encode() + b" " + body,
                )


def _read_logs(aws: AwsClients) -> Contents:
    for group in aws("logs").describe_log_groups()["logGroups"]:
        pages = aws("logs").get_paginator("filter_log_events")
        for page in pages.paginate(logGroupName=group["logGroupName"]):
            for event in page["events"]:
                yield "logs", event["message"]


def _read_environments(aws: AwsClients) -> Contents:
    for function in aws("lambda").list_functions()["Functions"]:
        configuration = aws("lambda").get_function_configuration(
            FunctionName=function["FunctionName"]
        )
        yield "environments", json.dumps(configuration["Environment"])


def _read_builds(aws: AwsClients) -> Contents:
    for project in aws("codebuild").list_projects()["projects"]:
        yield "builds", repr(aws("codebuild").batch_get_projects(names=[project]))
        ids = aws("codebuild").list_builds_for_project(projectName=project)["ids"]
        yield "builds", repr(aws("codebuild").batch_get_builds(ids=ids))


def _read_templates(root: Path, aws: AwsClients) -> Contents:
    for stack in aws("cloudformation").describe_stacks()["Stacks"]:
        template = aws("cloudformation").get_template(StackName=stack["StackName"])
        yield "templates", json.dumps(template["TemplateBody"])
        yield "templates", repr(stack)
    for folder in ("cdk.out", "deployments"):
        for file in (root / ".platform" / folder).rglob("*.json"):
            yield "the workspace", file.read_bytes()


def _read_dead_letters(aws: AwsClients) -> Contents:
    for url in aws("sqs").list_queues()["QueueUrls"]:
        if url.endswith("dead-letters"):
            request = {"QueueUrl": url, "MaxNumberOfMessages": 10, "VisibilityTimeout": 0}
            yield "dead letters", repr(aws("sqs").receive_message(**request).get("Messages"))


def _read_command_output(root: Path, ids: list[str]) -> Contents:
    details = [["events", "acme", delivery_id] for delivery_id in ids]
    traces = [["logs", "acme", "--trace", delivery_id] for delivery_id in ids]
    for arguments in (
        *COMMANDS,
        *([*command, "--json"] for command in COMMANDS),
        *details,
        *traces,
    ):
        result = subprocess.run(
            [sys.executable, "-m", "platform_cli", *arguments, "--workspace", str(root)],
            capture_output=True,
            text=True,
            env={name: text for name, text in os.environ.items() if name[:4] != "AWS_"},
        )
        assert "Traceback" not in result.stderr, result.stderr
        yield "screens", result.stdout + result.stderr
