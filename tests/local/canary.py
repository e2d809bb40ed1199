"""All that a deployed client has written, by place: its cloud's own services are asked."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.canaries import Canary
from tests.local.ground import AskAws

STACK = "acme-prod"
SECRETS = {
    "the webhook secret before": "of-a-newsroom",
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
CANARIES = [
    *(Canary(name, text) for name, text in SECRETS.items()),
    Canary("a customer's mail", "quillfeather@canary.example", INBOX),
    Canary("a customer's phone", "+44 20 0000 26797", INBOX),
    Canary("a customer's name", "Quillfeather-Finch", INBOX),
    Canary("a customer's street", "17 Canary Wharf Steps", INBOX),
    Canary("a customer's town", "Nestbury-on-Canary", INBOX),
    Canary("a title", TITLE, frozenset({"inbox", "content", "snapshots", "releases"})),
    Canary("a body that is no JSON", "canary-without-json", INBOX),
    Canary("a body that nobody understands", "canary-of-the-poison", INBOX),
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


def written(root: Path, aws: AskAws, ids: list[str], messages: list[str]) -> dict[str, bytes]:
    """Place -> all that stands there. `messages`: those of the topics."""
    found: dict[str, bytes] = {"topics": "\n".join(messages).encode()}
    for place, text in (
        *_tables(aws), *_objects(aws), *_logs(aws), *_functions(aws), *_builds(aws),
        *_templates(root, aws), *_letters(aws), *_screens(root, ids),
    ):  # fmt: skip
        raw = text if isinstance(text, bytes) else text.encode()
        found[place] = found.get(place, b"") + raw + b"\n"
    return found


Found = Iterator[tuple[str, str | bytes]]


def _tables(aws: AskAws) -> Found:
    places = {"receipts": "inbox", "content": "content", "batching": "site table"}
    for name in aws("dynamodb").list_tables()["TableNames"]:
        place = next((place for part, place in places.items() if part in name), "other tables")
        for page in aws("dynamodb").get_paginator("scan").paginate(TableName=name):
            for row in page["Items"]:
                yield place, repr(row)


def _objects(aws: AskAws) -> Found:
    """The site's source is the client's own; it is no output of ours."""
    for bucket in aws("s3").list_buckets()["Buckets"]:
        name = bucket["Name"]
        if STACK not in name:
            continue
        for page in aws("s3").get_paginator("list_objects_v2").paginate(Bucket=name):
            for each in page.get("Contents", []):
                place = each["Key"].partition("/")[0]
                body = aws("s3").get_object(Bucket=name, Key=each["Key"])["Body"].read()
                yield {"errors": "releases"}.get(place, place), each["Key"].encode() + b" " + body


def _logs(aws: AskAws) -> Found:
    for group in aws("logs").describe_log_groups()["logGroups"]:
        pages = aws("logs").get_paginator("filter_log_events")
        for page in pages.paginate(logGroupName=group["logGroupName"]):
            for event in page["events"]:
                yield "logs", event["message"]


def _functions(aws: AskAws) -> Found:
    for each in aws("lambda").list_functions()["Functions"]:
        asked = aws("lambda").get_function_configuration(FunctionName=each["FunctionName"])
        yield "environments", json.dumps(asked["Environment"])


def _builds(aws: AskAws) -> Found:
    for project in aws("codebuild").list_projects()["projects"]:
        yield "builds", repr(aws("codebuild").batch_get_projects(names=[project]))
        ids = aws("codebuild").list_builds_for_project(projectName=project)["ids"]
        yield "builds", repr(aws("codebuild").batch_get_builds(ids=ids))


def _templates(root: Path, aws: AskAws) -> Found:
    for stack in aws("cloudformation").describe_stacks()["Stacks"]:
        template = aws("cloudformation").get_template(StackName=stack["StackName"])
        yield "templates", json.dumps(template["TemplateBody"])
        yield "templates", repr(stack)
    for folder in ("cdk.out", "deployments"):
        for file in (root / ".platform" / folder).rglob("*.json"):
            yield "the workspace", file.read_bytes()


def _letters(aws: AskAws) -> Found:
    for url in aws("sqs").list_queues()["QueueUrls"]:
        if url.endswith("dead-letters"):
            asked = {"QueueUrl": url, "MaxNumberOfMessages": 10, "VisibilityTimeout": 0}
            yield "dead letters", repr(aws("sqs").receive_message(**asked).get("Messages"))


def _screens(root: Path, ids: list[str]) -> Found:
    lives = [["events", "acme", one] for one in ids]
    traces = [["logs", "acme", "--trace", one] for one in ids]
    for words in (*COMMANDS, *([*each, "--json"] for each in COMMANDS), *lives, *traces):
        done = subprocess.run(
            [sys.executable, "-m", "platform_cli", *words, "--workspace", str(root)],
            capture_output=True,
            text=True,
            env={name: text for name, text in os.environ.items() if name[:4] != "AWS_"},
        )
        assert "Traceback" not in done.stderr, done.stderr
        yield "screens", done.stdout + done.stderr
