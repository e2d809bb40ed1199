"""The services besides tables: buckets, topics, a queue, builds, the pointer and timers.

Each stores its state in the in-memory port of `tests.fakes.pipeline`, which causes no faults here.
"""

import hashlib
import json
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from botocore.awsrequest import AWSPreparedRequest

from platform_core import contract
from platform_core.errors import BuildRefused
from platform_core.pipeline.events import Event
from platform_core.pipeline.ports import BuildJob, BuildOrder
from tests.assurance.wire.cloud import Said, as_json, as_xml, body_of, form, given, header, path_of
from tests.assurance.wire.tables import Denied, Table
from tests.fakes.pipeline import MemoryObjects, MemoryPointer
from tests.fakes.pipeline.services import MemoryBuilds

Act = tuple[str, Callable[[], Said]]
PART = 2
"""Objects in one page of a listing."""
_STATUS = {"running": "IN_PROGRESS", "succeeded": "SUCCEEDED", "faulted": "FAULT"}


class DynamoDb:
    """Tables by name."""

    def __init__(self, tables: dict[str, Table]) -> None:
        self.tables = tables

    def __call__(self, operation: str, request: AWSPreparedRequest) -> Act:
        parameters = given(request)
        name = parameters.pop("TableName")
        return name, lambda: as_json(**self.tables[name].asked(operation, parameters))


class S3:
    """Buckets by name, which is the first part of the host."""

    def __init__(self, buckets: dict[str, MemoryObjects], part: Callable[[], None]) -> None:
        self.buckets = buckets
        self.part = part
        """Called between the objects of one deletion. Raises if the rest fails."""

    def __call__(self, operation: str, request: AWSPreparedRequest) -> Act:
        name = request.url.removeprefix("https://").partition(".")[0]
        bucket, key = self.buckets[name], "/".join(path_of(request))
        acts: dict[str, Callable[[], Said]] = {
            "PutObject": lambda: self._put(bucket, key, request),
            "HeadObject": lambda: self._head(bucket, key),
            "GetObject": lambda: self._get(bucket, key),
            "CopyObject": lambda: self._copy(bucket, key, request),
            "DeleteObject": lambda: self._delete(bucket, [key]),
            "DeleteObjects": lambda: self._delete(bucket, _keys(body_of(request).decode())),
            "ListObjectsV2": lambda: self._list(bucket, request),
            "ListObjectVersions": lambda: self._list_versions(bucket, request),
        }
        return f"objects:{name}", acts[operation]

    def _put(self, bucket: MemoryObjects, key: str, request: AWSPreparedRequest) -> Said:
        body = body_of(request)
        if header(request, "content-encoding") == "aws-chunked":
            body = _unchunked(body)
        bucket.put(key, [body], header(request, "content-type"))
        return as_xml("", ETag='"e"')

    def _get(self, bucket: MemoryObjects, key: str) -> Said:
        body = bucket.get(key)
        if body is None:
            raise Denied("NoSuchKey", 404)
        return {"content-length": str(len(body))}, body

    def _head(self, bucket: MemoryObjects, key: str) -> Said:
        checksum = bucket.checksums([key]).get(key)
        if checksum is None:
            raise Denied("NoSuchKey", 404)
        encoded = b64encode(bytes.fromhex(checksum)).decode()
        return {"x-amz-checksum-sha256": encoded, "x-amz-checksum-type": "FULL_OBJECT"}, b""

    def _copy(self, bucket: MemoryObjects, key: str, request: AWSPreparedRequest) -> Said:
        source = unquote(header(request, "x-amz-copy-source")).partition("/")[2]
        if not bucket.copy(source, key, content_type="", cache_control=""):
            raise Denied("NoSuchKey", 404)
        return as_xml("<CopyObjectResult><ETag>e</ETag></CopyObjectResult>")

    def _delete(self, bucket: MemoryObjects, keys: list[str]) -> Said:
        errors = ""
        for key in keys:
            try:
                self.part()
            except Denied as error:
                errors += f"<Error><Key>{escape(key)}</Key><Code>{error.name}</Code></Error>"
                continue
            bucket.delete([key])
        return as_xml(f"<DeleteResult>{errors}</DeleteResult>")

    def _list(self, bucket: MemoryObjects, request: AWSPreparedRequest) -> Said:
        parameters = dict(
            part.partition("=")[::2] for part in request.url.partition("?")[2].split("&")
        )
        after, prefix = (
            unquote(parameters.get("continuation-token", "")),
            unquote(parameters["prefix"]),
        )
        matches = [fact for fact in bucket.list(prefix) if fact.key > after]
        page, more = matches[:PART], len(matches) > PART
        inside = "".join(
            f"<Contents><Key>{escape(fact.key)}</Key><Size>{fact.size}</Size>"
            f"<LastModified>{_moment(fact.modified_at)}</LastModified></Contents>"
            for fact in page
        )
        cut = f"<IsTruncated>{'true' if more else 'false'}</IsTruncated>"
        if more:
            cut += f"<NextContinuationToken>{escape(page[-1].key)}</NextContinuationToken>"
        text = f"<ListBucketResult>{cut}{inside}</ListBucketResult>"
        return as_xml(text)

    def _list_versions(self, bucket: MemoryObjects, request: AWSPreparedRequest) -> Said:
        """Return the only version of each object, as a bucket without versions does."""
        (prefix,) = parse_qs(urlsplit(request.url).query)["prefix"]
        versions = "".join(
            f"<Version><Key>{escape(fact.key)}</Key><VersionId>null</VersionId></Version>"
            for fact in bucket.list(prefix)
        )
        return as_xml(f"<ListVersionsResult>{versions}</ListVersionsResult>")


class Topics:
    """Publish a batch message by message; single messages may fail."""

    def __init__(self, take: Callable[[Event], None], part: Callable[[], None]) -> None:
        self.take = take
        self.part = part

    def __call__(self, operation: str, request: AWSPreparedRequest) -> Act:
        parameters = form(request)
        assert operation == "PublishBatch"
        return f"bus:{parameters['TopicArn']}", lambda: self._publish(parameters)

    def _publish(self, asked: dict[str, str]) -> Said:
        taken, failed, number = "", "", 1
        stem = "PublishBatchRequestEntries.member"
        while f"{stem}.{number}.Id" in asked:
            name = f"<Id>{asked[f'{stem}.{number}.Id']}</Id>"
            try:
                self.part()
                self.take(_event(asked, f"{stem}.{number}"))
                taken += f"<member>{name}<MessageId>m</MessageId></member>"
            except Denied as error:
                code = f"<Code>{error.name}</Code><SenderFault>false</SenderFault>"
                failed += f"<member>{name}{code}</member>"
            number += 1
        if number > 11:
            raise Denied("TooManyEntriesInBatchRequest")
        done = f"<Successful>{taken}</Successful><Failed>{failed}</Failed>"
        return as_xml(
            f"<PublishBatchResponse><PublishBatchResult>{done}</PublishBatchResult>"
            "</PublishBatchResponse>"
        )


class Parameters:
    """Secrets by path."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def __call__(self, operation: str, request: AWSPreparedRequest) -> Act:
        path = given(request)["Name"]
        assert operation == "GetParameter"
        return f"secrets:{path}", lambda: self._get(path)

    def _get(self, path: str) -> Said:
        if path not in self.values:
            raise Denied("ParameterNotFound")
        return as_json(Parameter={"Name": path, "Value": self.values[path]})


class Queue:
    def __init__(self, take: Callable[[str, str], None]) -> None:
        self.take = take

    def __call__(self, operation: str, request: AWSPreparedRequest) -> Act:
        parameters = given(request)
        assert operation == "SendMessage"

        def send() -> Said:
            letter = json.loads(parameters["MessageBody"])
            self.take(letter["delivery"], letter["reason"])
            digest = hashlib.md5(
                parameters["MessageBody"].encode(), usedforsecurity=False
            ).hexdigest()
            return as_json(MessageId="m", MD5OfMessageBody=digest)

        return f"letters:{parameters['QueueUrl']}", send


class Projects:
    """CodeBuild."""

    def __init__(self, builds: MemoryBuilds) -> None:
        self.builds = builds

    def __call__(self, operation: str, request: AWSPreparedRequest) -> Act:
        parameters = given(request)
        acts: dict[str, Callable[[], Said]] = {
            "StartBuild": lambda: self._start(parameters),
            "BatchGetBuilds": lambda: as_json(builds=self._known(parameters["ids"])),
            "ListBuildsForProject": lambda: as_json(ids=list(self.builds.jobs)[::-1]),
            "StopBuild": lambda: self._stop(parameters["id"]),
        }
        name = parameters.get("projectName") or (parameters.get("ids") or [parameters.get("id")])[0]
        return f"builds:{str(name).partition(':')[0]}", acts[operation]

    def _start(self, asked: dict[str, Any]) -> Said:
        variables = {one["name"]: one["value"] for one in asked["environmentVariablesOverride"]}
        source = asked["sourceLocationOverride"].partition("/")[2]
        attempt = variables[contract.ATTEMPT_ID]
        assert asked["idempotencyToken"] == attempt
        order = BuildOrder(attempt, source, variables[contract.SITE_URL])
        try:
            status = self.builds.start(order)
        except BuildRefused:
            raise Denied("AccountLimitExceededException") from None
        return as_json(build=self._build(status))

    def _known(self, ids: list[str]) -> list[dict[str, Any]]:
        matches = [self.builds.jobs[one].status for one in ids if one in self.builds.jobs]
        return [self._build(match) for match in matches]

    def _stop(self, build_id: str) -> Said:
        self.builds.stop(build_id)
        return as_json(build=self._build(self.builds.jobs[build_id].status))

    def _build(self, status: BuildJob) -> dict[str, Any]:
        job = self.builds.jobs[status.build_id]
        ended = {} if status.ended_at is None else {"endTime": status.ended_at}
        variable = {"name": contract.ATTEMPT_ID, "value": job.order.attempt, "type": "PLAINTEXT"}
        return {
            "id": status.build_id,
            "buildStatus": _STATUS.get(status.outcome, "FAILED"),
            "startTime": job.at,
            "environment": {"environmentVariables": [variable]},
            **ended,
        }


class Edge:
    """The key-value store that the edge reads."""

    def __init__(self, pointer: MemoryPointer) -> None:
        self.pointer = pointer

    def __call__(self, operation: str, request: AWSPreparedRequest) -> Act:
        name = f"pointer:{path_of(request)[1]}"
        if operation == "DescribeKeyValueStore":
            return name, self._describe
        return name, lambda: self._put(request)

    def _describe(self) -> Said:
        about = {"ItemCount": 1, "TotalSizeInBytes": 1, "KvsARN": "a", "Created": 0}
        return {**as_json()[0], "ETag": self.pointer.version()}, json.dumps(about).encode()

    def _put(self, request: AWSPreparedRequest) -> Said:
        if not self.pointer.move_if_unchanged(given(request)["Value"], header(request, "if-match")):
            raise Denied("ConflictException", 409)
        headers, body = as_json(ItemCount=1, TotalSizeInBytes=1)
        return {**headers, "ETag": self.pointer.version()}, body


class Timers:
    """A state machine for seconds, and schedules for later times."""

    def __init__(self, clock: Callable[[], float], wake: Callable[[float], None]) -> None:
        self.clock = clock
        self.wake = wake
        self.names: set[str] = set()

    def __call__(self, operation: str, request: AWSPreparedRequest) -> Act:
        parameters = given(request)
        if operation == "StartExecution":
            return f"timers:{parameters['stateMachineArn']}", lambda: self._start(parameters)
        return f"timers:{parameters['GroupName']}", lambda: self._schedule(
            path_of(request)[1], parameters
        )

    def _start(self, asked: dict[str, Any]) -> Said:
        self.wake(self.clock() + json.loads(asked["input"])[contract.TIMER_SECONDS])
        return as_json(executionArn="e", startDate=self.clock())

    def _schedule(self, name: str, asked: dict[str, Any]) -> Said:
        if name in self.names:
            raise Denied("ConflictException", 409)
        self.names.add(name)
        said = asked["ScheduleExpression"] + "+0000"
        moment = datetime.strptime(said, "at(%Y-%m-%dT%H:%M:%S)%z")
        self.wake(moment.timestamp())
        return as_json(ScheduleArn="s")


def _event(asked: dict[str, str], stem: str) -> Event:
    attributes, number = {}, 1
    while f"{stem}.MessageAttributes.entry.{number}.Name" in asked:
        inner = f"{stem}.MessageAttributes.entry.{number}"
        attributes[asked[f"{inner}.Name"]] = asked[f"{inner}.Value.StringValue"]
        number += 1
    hint = attributes[contract.BUILD_HINT] == "true"
    return Event(**json.loads(asked[f"{stem}.Message"]), build_hint=hint)


def _keys(text: str) -> list[str]:
    return [part.partition("</Key>")[0] for part in text.split("<Key>")[1:]]


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _unchunked(body: bytes) -> bytes:
    """Decode `size CRLF data CRLF ... 0 CRLF checksums`."""
    whole, rest = b"", body
    while True:
        size, _, rest = rest.partition(b"\r\n")
        length = int(size, 16)
        if not length:
            return whole
        whole, rest = whole + rest[:length], rest[length + 2 :]
