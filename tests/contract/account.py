"""The deployed functions in an AWS account in memory, which records their writes and messages.

Access is only through names that are contracts themselves: the handlers' paths in the templates,
the keys of their environment, and the calls of boto3. The services behind boto3 come from the wire
tests. The clock stands still unless the scenario moves it.
"""

import importlib
import io
import json
import logging
import os
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import count
from random import Random
from types import ModuleType
from typing import Any
from unittest.mock import patch

import boto3
from botocore.awsrequest import AWSPreparedRequest
from botocore.config import Config

from tests.assurance.wire import services
from tests.assurance.wire.cloud import SESSION, Cloud, Said, as_json, given
from tests.assurance.wire.tables import Denied, Gsi, Table
from tests.fakes.pipeline import Clock, MemoryObjects, MemoryPointer, Steps
from tests.fakes.pipeline.services import MemoryBuilds

REGION_AND_ACCOUNT = "us-east-1:123456789012"
SERVICES = ("webhook-router", "ingest", "builder")
"""Names of the functions' logs."""
HIDDEN = {"Body", "ChecksumAlgorithm", "ClientToken"}
"""Parameters of a call that botocore adds, or that other golden files contain."""
RECORDED = {
    "sns.PublishBatch", "sqs.SendMessage", "sfn.StartExecution", "scheduler.CreateSchedule",
    "codebuild.StartBuild", "cloudfront-keyvaluestore.PutKey", "ssm.PutParameter",
    "s3.PutObject", "s3.CopyObject",
}  # fmt: skip
Row = dict[str, Any]


@dataclass(frozen=True)
class Context:
    """The second argument of a handler."""

    invoked_function_arn: str = f"arn:aws:lambda:{REGION_AND_ACCOUNT}:function:acme-prod-builder"

    def get_remaining_time_in_millis(self) -> int:
        return 300_000


@dataclass
class Account:
    """The services of one client, and the record of their calls."""

    environment: dict[str, str]
    clock: Clock = field(default_factory=Clock)
    rows: dict[str, dict[str, list[Row | None]]] = field(default_factory=dict)
    """Table -> key -> every version of the row in order; None once it is deleted."""
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    log: io.StringIO = field(default_factory=io.StringIO)

    def __post_init__(self) -> None:
        quiet = Steps()
        self.cloud = Cloud(quiet, self.clock, Random(1))
        self.data, self.site = MemoryObjects(quiet, self.clock), MemoryObjects(quiet, self.clock)
        self.builds = MemoryBuilds(quiet, self.clock, lambda attempt: None, "acme-prod-build")
        self.parameters: dict[str, str] = {}
        tables = {name: self._table(name, *keys) for name, keys in TABLES.items()}
        tables["inbox"].indexes = {"PendingIndex": Gsi("pending", "received_at", self.clock)}
        tables["content"].indexes = {
            "ProviderUpdateIndex": Gsi("provider_name", "updated_at", self.clock)
        }
        self.cloud.services |= {
            "dynamodb": services.DynamoDb(tables),
            "s3": services.S3({"data": self.data, "site": self.site}, lambda: None),
            "sns": services.Topics(lambda event: None, lambda: None),
            "sqs": services.Queue(lambda delivery, reason: None),
            "ssm": self._parameter,
            "codebuild": services.Projects(self.builds),
            "cloudfront-keyvaluestore": services.Edge(MemoryPointer(quiet)),
            "stepfunctions": services.Timers(self.clock, lambda at: None),
            "scheduler": services.Timers(self.clock, lambda at: None),
        }

    def _table(self, name: str, *keys: str) -> Table:
        history = self.rows.setdefault(name, {})

        def keep(key: tuple[str, ...], row: Row | None) -> None:
            versions = history.setdefault(" / ".join(key), [])
            version = deepcopy(row)
            if version is not None and "synced_at" in version:
                # This comes from the machine's clock, not from the simulated one.
                version["synced_at"] = {"S": "(now)"}
            if not versions or versions[-1] != version:
                versions.append(version)

        return Table(keys, self.clock, keep)

    def _parameter(self, operation: str, request: AWSPreparedRequest) -> services.Act:
        parameters = given(request)
        path = parameters["Name"]

        def answer() -> Said:
            if operation == "PutParameter":
                self.parameters[path] = parameters["Value"]
                return as_json(Version=1)
            if path not in self.parameters:
                raise Denied("ParameterNotFound")
            changed = self.clock.now
            return as_json(
                Parameter={
                    "Name": path,
                    "Value": self.parameters[path],
                    "LastModifiedDate": changed,
                }
            )

        return f"secrets:{path}", answer

    def client(self, service: str, config: Config | None) -> Any:
        made = self.cloud.client(service, config or Config())
        made.meta.events.register("before-parameter-build", self._record)
        return made

    def _record(self, params: dict[str, Any], event_name: str, **_: Any) -> None:
        name = event_name.partition(".")[2]
        if name == "dynamodb.PutItem":
            # Let time pass, so that measured seconds are not all zero.
            self.clock.now = round(self.clock.now + 0.012, 3)
        if name in RECORDED:
            visible = {key: value for key, value in params.items() if key not in HIDDEN}
            self.calls.append((name, deepcopy(visible)))

    @contextmanager
    def opened(self) -> Iterator["Functions"]:
        """The functions, loaded from this account's environment, which is restored afterwards."""
        tokens = count(1)
        original = boto3.session.Session.client

        def client(session: Any, service: str, *args: Any, **more: Any) -> Any:
            if session is SESSION:
                return original(session, service, *args, **more)
            return self.client(service, more.get("config"))

        with ExitStack() as stack:
            stack.enter_context(patch.dict(os.environ, self.environment))
            for name in [name for name in os.environ if name.startswith("AWS_")]:
                del os.environ[name]
            os.environ |= {"AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}
            stack.enter_context(patch.object(boto3.session.Session, "client", client))
            stack.enter_context(patch.object(time, "time", self.clock))
            stack.enter_context(patch.object(time, "sleep", self.clock.sleep))
            stack.enter_context(
                patch.object(secrets, "token_hex", lambda size=3: f"{next(tokens):0{2 * size}x}")
            )
            stack.enter_context(fresh_modules())
            stack.enter_context(fresh_logs())
            stack.enter_context(redirect_stdout(self.log))
            yield Functions(*(handler(name) for name in ("webhook_router", "ingest", "builder")))


TABLES = {
    "inbox": ("delivery",),
    "content": ("content_id", "content_type_provider"),
    "build-batch": ("kind", "id"),
}


@dataclass(frozen=True)
class Functions:
    """The handlers."""

    router: Callable[[Any, Any], Any]
    ingest: Callable[[Any, Any], Any]
    builder: Callable[[Any, Any], Any]


def handler(function: str) -> Callable[[Any, Any], Any]:
    called: Callable[[Any, Any], Any] = importlib.import_module(
        f"lambdas.{function}.handler"
    ).handler
    return called


@contextmanager
def fresh_modules() -> Iterator[None]:
    """Import the functions again, because they read their environment at import."""
    before = _forget_lambdas()
    try:
        yield
    finally:
        _forget_lambdas()
        sys.modules.update(before)


def _forget_lambdas() -> dict[str, ModuleType]:
    names = [name for name in sys.modules if name == "lambdas" or name.startswith("lambdas.")]
    return {name: sys.modules.pop(name) for name in names}


@contextmanager
def fresh_logs() -> Iterator[None]:
    """Give the functions new loggers: a logger writes to the stream that it saw first."""
    loggers: dict[str, Any] = logging.Logger.manager.loggerDict
    before = {name: loggers.pop(name) for name in SERVICES if name in loggers}
    try:
        yield
    finally:
        for name in SERVICES:
            loggers.pop(name, None)
        loggers.update(before)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    """The lines of the log, without the time and the place in the code."""
    found = [json.loads(line) for line in log.getvalue().splitlines()]
    return [
        {key: value for key, value in line.items() if key not in {"location", "timestamp"}}
        for line in found
    ]
