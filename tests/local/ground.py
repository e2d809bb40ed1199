"""What the tests of the embedded cloud share."""

import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from platform_cli.local.addresses import ACCOUNT, REGION, Ledger, Ports
from platform_cli.local.cloud import EmbeddedCloud

AskAws = Callable[[str], Any]
FIRST_RESERVED = 10_000
"""Below the ports that the operating system hands out for outgoing connections."""


def without_account(request: Any, **_: object) -> None:
    """boto3 puts the account before a pointer store's host, where no name resolves."""
    request.url = request.url.replace(f"//{ACCOUNT}.", "//")


@contextmanager
def asking(cloud: EmbeddedCloud) -> Iterator[AskAws]:
    """boto3 clients of a cloud, by service name."""
    clients: dict[str, Any] = {}

    def ask(service: str) -> Any:
        if service not in clients:
            clients[service] = client = boto3.client(
                service,
                endpoint_url=cloud.ensure_running().aws_endpoint,
                region_name=REGION,
                aws_access_key_id=ACCOUNT,
                aws_secret_access_key="local",
                config=Config(retries={"total_max_attempts": 1}, proxies={}),
            )
            client.meta.events.register("before-send", without_account)
        return clients[service]

    yield ask
    for client in clients.values():
        client.close()


_blocks = count()


def reserve_ports(folder: Path, *clients: str) -> None:
    """Have a cloud that is about to start in `folder` listen on ports of its own.

    Without this, every cloud takes the first free ports from the same numbers upward. While a test
    restarts its cloud, that of another worker could then take the ports that are free for a moment.
    """
    first = FIRST_RESERVED + (os.getpid() % 500) * 40 + next(_blocks) % 4 * 10
    pairs = (Ports(port, port + 1) for port in range(first + 2, first + 10, 2))
    folder.mkdir(parents=True, exist_ok=True)
    Ledger(folder / "addresses.json", first, dict(zip(clients, pairs, strict=False))).save()


@contextmanager
def running(folder: Path) -> Iterator[tuple[EmbeddedCloud, AskAws]]:
    reserve_ports(folder, "acme/prod")
    cloud = EmbeddedCloud(folder)
    try:
        with asking(cloud) as aws:
            yield cloud, aws
    finally:
        cloud.stop()


def eventually(found: Callable[[], Any], seconds: float = 60) -> Any:
    deadline = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)
    return value


def run(root: Path, *words: str, stdin: str | None = None) -> Any:
    """What one command says, called as a person calls it, in a workspace."""
    done = subprocess.run(
        [sys.executable, "-m", "platform_cli", *words, "--json", "--workspace", str(root)],
        input=stdin,
        capture_output=True,
        text=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def kill(cloud: EmbeddedCloud) -> None:
    os.kill(cloud.ensure_running().pid, signal.SIGKILL)
    cloud.stop()  # returns once it is gone


def table(aws: AskAws, name: str, **more: Any) -> None:
    aws("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        **more,
    )


def ids(aws: AskAws, name: str) -> set[str]:
    pages = aws("dynamodb").get_paginator("scan").paginate(TableName=name, ConsistentRead=True)
    return {item["id"]["S"] for page in pages for item in page["Items"]}


def function(aws: AskAws, name: str, code: str) -> str:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as bundle:
        bundle.writestr("index.py", code)
    made = aws("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role="arn:aws:iam::000000000000:role/any",
        Handler="index.handler",
        Code={"ZipFile": archive.getvalue()},
        Timeout=10,
    )
    return str(made["FunctionArn"])
