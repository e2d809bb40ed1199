"""Helpers for the tests of the embedded cloud."""

import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from itertools import count
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from platform_cli import cli
from platform_cli.local.addresses import ACCOUNT, REGION, AddressBook, Ports
from platform_cli.local.cloud import EmbeddedCloud

FIRST_RESERVED = 10_000
"""Below the ports that the operating system hands out for outgoing connections."""
AwsClients = Callable[[str], Any]


def remove_account_from_host(request: Any, **_: object) -> None:
    """Remove the account that boto3 puts before the host: that name does not resolve here."""
    request.url = request.url.replace(f"//{ACCOUNT}.", "//")


def connect(service: str, endpoint: str, key: str, signature: str | None = None) -> Any:
    """Return a boto3 client of an embedded cloud. The caller closes it."""
    client = boto3.client(
        service,
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id=key,
        aws_secret_access_key="local",
        config=Config(retries={"total_max_attempts": 1}, proxies={}, signature_version=signature),
    )
    client.meta.events.register("before-send", remove_account_from_host)
    return client


@contextmanager
def aws_clients(
    cloud: EmbeddedCloud, key: str | None = None, signature: str | None = None
) -> Iterator[AwsClients]:
    """Yield a function that returns the cloud's boto3 client of a service.

    The default key is the owner's.
    """
    clients: dict[str, Any] = {}
    addresses = cloud.ensure_running()

    def get_client(service: str) -> Any:
        if service not in clients:
            endpoint = cloud.ensure_running().aws_endpoint
            clients[service] = connect(service, endpoint, key or addresses.keys.owner, signature)
        return clients[service]

    yield get_client
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
    AddressBook(folder / "addresses.json", first, dict(zip(clients, pairs, strict=False))).save()


@contextmanager
def running_cloud(folder: Path) -> Iterator[tuple[EmbeddedCloud, AwsClients]]:
    reserve_ports(folder, "acme/prod")
    cloud = EmbeddedCloud(folder)
    try:
        with aws_clients(cloud) as aws:
            yield cloud, aws
    finally:
        cloud.stop()


def wait_for(condition: Callable[[], Any], seconds: float = 60) -> Any:
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"not true within {seconds:.0f} s"
        time.sleep(0.02)
    return value


OWN_PROCESS = frozenset({"demo", "deploy", "local"})
"""Verbs that the tests run in a process of their own, as a user does.

The others run in the process of the tests, which saves the start of Python: there are hundreds of
calls. `tests/cli` tests the process itself: its streams, its signals and its exit code.
"""


def run_command(root: Path, *arguments: str, stdin: str | None = None) -> Any:
    """Run one command in a workspace and return its JSON output."""
    code, output = try_command(root, *arguments, stdin=stdin)
    assert code == 0, output
    return output


def try_command(root: Path, *arguments: str, stdin: str | None = None) -> tuple[int, Any]:
    """Run one command in a workspace and return its exit code and its JSON output."""
    words = [*arguments, "--json", "--workspace", str(root)]
    run = _run_in_own_process if arguments[0] in OWN_PROCESS else _run_in_this_process
    code, output, messages = run(words, stdin)
    assert output, messages
    return code, json.loads(output)


def _run_in_own_process(words: list[str], stdin: str | None) -> tuple[int, str, str]:
    result = subprocess.run(
        [sys.executable, "-m", "platform_cli", *words],
        input=stdin,
        capture_output=True,
        text=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
    )
    return result.returncode, result.stdout, result.stderr


def _run_in_this_process(words: list[str], stdin: str | None) -> tuple[int, str, str]:
    output, messages = io.StringIO(), io.StringIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        redirect_stdout(output),
        redirect_stderr(messages),
    ):
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        patch.setattr(sys, "stdin", io.StringIO(stdin or ""))
        code = cli.run(words)
    return code, output.getvalue(), messages.getvalue()


def kill_server(cloud: EmbeddedCloud) -> None:
    os.kill(cloud.ensure_running().pid, signal.SIGKILL)
    cloud.stop()  # returns once it is gone


def create_table(aws: AwsClients, name: str, **options: Any) -> None:
    aws("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        **options,
    )


def scan_ids(aws: AwsClients, name: str) -> set[str]:
    pages = aws("dynamodb").get_paginator("scan").paginate(TableName=name, ConsistentRead=True)
    return {item["id"]["S"] for page in pages for item in page["Items"]}


def create_function(aws: AwsClients, name: str, code: str) -> str:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as bundle:
        bundle.writestr("index.py", code)
    response = aws("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role="arn:aws:iam::000000000000:role/any",
        Handler="index.handler",
        Code={"ZipFile": archive.getvalue()},
        Timeout=10,
    )
    return str(response["FunctionArn"])
