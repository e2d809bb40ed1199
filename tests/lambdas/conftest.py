"""A real emulator for the adapters, which call it as they would call AWS."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest

from platform_core import contract

REGION = "us-east-1"


@pytest.fixture(scope="session")
def aws_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment variables of a process that uses this session's emulator."""
    home = tmp_path_factory.mktemp("emulator")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (home / "log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "ministack"],
        cwd=home,
        env=_clean() | {"GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1", "TMPDIR": str(home)},
        stdout=log,
        stderr=log,
    )
    try:
        _wait_until_it_listens(server, port, home / "log")
        yield {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
        }
    finally:
        server.terminate()
        server.wait(timeout=10)
        log.close()


@pytest.fixture
def aws(aws_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process use the emulator, too."""
    for name, value in aws_environment.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def inbox_table(aws: None) -> str:
    """Return an empty inbox."""
    name = f"inbox-{uuid4().hex}"
    client: Any = boto3.client("dynamodb")
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": contract.INBOX_KEY, "AttributeType": "S"},
            {"AttributeName": contract.CLIENT, "AttributeType": "S"},
            {"AttributeName": contract.RECEIVED_AT, "AttributeType": "N"},
        ],
        KeySchema=[{"AttributeName": contract.INBOX_KEY, "KeyType": "HASH"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": contract.RECENT_INDEX,
                "KeySchema": [
                    {"AttributeName": contract.CLIENT, "KeyType": "HASH"},
                    {"AttributeName": contract.RECEIVED_AT, "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    )
    return name


@pytest.fixture
def bucket(aws: None) -> str:
    """Return an empty bucket."""
    name = f"data-{uuid4().hex}"
    boto3.client("s3").create_bucket(Bucket=name)
    return name


def _clean() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}


def _wait_until_it_listens(server: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    for _ in range(300):
        if server.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"the emulator does not listen: {log.read_text(errors='replace')[-2000:]}")
