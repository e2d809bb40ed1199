"""The build operations of the CodeBuild API. The emulator keeps the projects; builds run here.

Builds of one project run one at a time. Each change of a build's state is written to disk first and
then published to the EventBridge rules, as CodeBuild does.
"""

import asyncio
import json
import logging
import time
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from platform_cli.local.builds.record import (
    RUNNING,
    BuildRecord,
    BuildRecords,
    begin_phase,
    create_record,
    finish_build,
)
from platform_cli.local.builds.run import BuildEnvironment, BuildRun
from platform_cli.local.emulator.client import Emulator
from platform_cli.local.emulator.event_rules import deliver_event
from platform_cli.local.server.asgi import Receive, Scope, Send, read_body, send_json

log = logging.getLogger("platform.builds")
TARGET_PREFIX = "CodeBuild_20161006."
TOKEN_SECONDS = 300.0
"""CodeBuild honours an idempotency token for five minutes."""


class ApiError(Exception):
    """An error response of the CodeBuild API."""

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(message)
        self.error_type = error_type


@dataclass(slots=True)
class _RunningBuild:
    run: BuildRun
    task: "asyncio.Task[None]"


@dataclass(slots=True)
class LocalBuildService:
    """Implements the build operations and runs the builds."""

    emulator: Emulator
    environment: BuildEnvironment
    records: BuildRecords = field(init=False)
    _running: dict[str, _RunningBuild] = field(default_factory=dict)
    _project_locks: dict[str, asyncio.Lock] = field(default_factory=dict)
    _tokens: dict[tuple[str, str], tuple[float, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.records = BuildRecords(self.environment.folder)

    def handles(self, target: str) -> bool:
        """Return whether the operation is implemented here. The emulator has the others."""
        return (
            target.startswith(TARGET_PREFIX)
            and target.removeprefix(TARGET_PREFIX) in self._operations()
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send, target: str) -> None:
        request = json.loads(await read_body(receive) or b"{}")
        content_type = "application/x-amz-json-1.1"
        try:
            response = await self._operations()[target.removeprefix(TARGET_PREFIX)](request)
        except ApiError as error:
            await send_json(
                send, 400, {"__type": error.error_type, "message": str(error)}, content_type
            )
        else:
            await send_json(send, 200, response, content_type)

    async def fail_interrupted_builds(self) -> None:
        """Finish builds that the previous server left running and publish their failure.

        No other component would report them, and a client waiting for such a build would never
        continue.
        """
        for record in list(self.records.by_id.values()):
            if record["buildStatus"] == RUNNING:
                BuildRun(record, self.environment, self.records.save).save_caches_and_clean_up()
                finish_build(record, "FAULT", "the embedded cloud stopped during this build")
                await self._save_and_publish(record)

    async def stop_all(self) -> None:
        """Stop all builds and record them as failed."""
        running = list(self._running.values())
        for build in running:
            build.run.stop_outcome = ("FAULT", "the embedded cloud stopped during this build")
            build.task.cancel()
        await asyncio.gather(*(build.task for build in running), return_exceptions=True)

    # --- the calls ----------------------------------------------------------------------------

    def _operations(self) -> Mapping[str, Callable[[dict[str, Any]], Any]]:
        return {
            "StartBuild": self._start_build,
            "StopBuild": self._stop_build,
            "BatchGetBuilds": self._get_builds,
            "ListBuildsForProject": self._list_builds,
            "ListBuilds": self._list_builds,
            "BatchDeleteBuilds": self._refuse_deletion,
        }

    async def _start_build(self, request: dict[str, Any]) -> dict[str, Any]:
        name = str(request.get("projectName", "")).rpartition("/")[2]
        response = await self.emulator.call_json(
            "codebuild", TARGET_PREFIX + "BatchGetProjects", {"names": [name]}
        )
        if not response["projects"]:
            raise ApiError("ResourceNotFoundException", f"Project cannot be found: {name}")
        if existing := self._build_for_token(name, str(request.get("idempotencyToken", ""))):
            return {"build": existing}
        build_id = f"{name}:{uuid.uuid4()}"
        number = self.records.next_build_number(name)
        record = create_record(response["projects"][0], request, build_id, number)
        if token := request.get("idempotencyToken"):
            self._tokens[name, token] = (time.monotonic(), build_id)
        # On disk before the caller sees the id: a restart must know this build.
        self.records.save(record)
        run = BuildRun(record, self.environment, self.records.save)
        self._running[build_id] = _RunningBuild(run, asyncio.create_task(self._run_build(run)))
        return {"build": record}

    def _build_for_token(self, project: str, token: str) -> BuildRecord | None:
        issued_at, build_id = self._tokens.get((project, token), (0.0, ""))
        is_valid = bool(token) and time.monotonic() - issued_at < TOKEN_SECONDS
        return self.records.by_id.get(build_id) if is_valid else None

    async def _stop_build(self, request: dict[str, Any]) -> dict[str, Any]:
        record = self.records.by_id.get(_parse_build_id(request.get("id", "")))
        if record is None:
            raise ApiError("ResourceNotFoundException", "Build cannot be found")
        if running := self._running.get(record["id"]):
            running.task.cancel()
            await asyncio.gather(running.task, return_exceptions=True)
        return {"build": record}

    async def _get_builds(self, request: dict[str, Any]) -> dict[str, Any]:
        ids = [str(build_id) for build_id in request.get("ids") or ()]
        records = [
            self.records.by_id[_parse_build_id(i)]
            for i in ids
            if _parse_build_id(i) in self.records.by_id
        ]
        missing = [i for i in ids if _parse_build_id(i) not in self.records.by_id]
        return {"builds": records, "buildsNotFound": missing}

    async def _list_builds(self, request: dict[str, Any]) -> dict[str, Any]:
        """List builds, newest first, in one page. The number of stored records is limited."""
        project = request.get("projectName")
        records = self.records.for_project(project) if project else self.records.by_id.values()
        ids = [record["id"] for record in records]
        return {"ids": ids[::-1] if request.get("sortOrder") == "ASCENDING" else ids}

    async def _refuse_deletion(self, request: dict[str, Any]) -> dict[str, Any]:
        raise ApiError("InvalidInputException", "build records cannot be deleted here")

    # --- a build's life -----------------------------------------------------------------------

    async def _run_build(self, run: BuildRun) -> None:
        record = run.record
        try:
            await deliver_event(self.emulator, _make_event(record))
            begin_phase(record, "QUEUED")
            async with self._reserve_project(record):
                outcome = await run.run()
            finish_build(record, *outcome)
        except TimeoutError:
            finish_build(record, "TIMED_OUT", "the build waited too long for an earlier build")
        except asyncio.CancelledError:
            finish_build(record, *run.stop_outcome)
        except OSError as error:
            finish_build(record, "FAULT", str(error))
        finally:
            if not record["buildComplete"]:
                finish_build(record, "FAULT", "the build runner failed, see the server log")
            self._running.pop(record["id"], None)
            await self._save_and_publish(record)

    @asynccontextmanager
    async def _reserve_project(self, record: BuildRecord) -> AsyncIterator[None]:
        project_lock = self._project_locks.setdefault(record["projectName"], asyncio.Lock())
        async with asyncio.timeout(float(record["queuedTimeoutInMinutes"]) * 60):
            await project_lock.acquire()
        try:
            yield
        finally:
            project_lock.release()

    async def _save_and_publish(self, record: BuildRecord) -> None:
        self.records.save(record)
        log.info("%s: %s", record["id"], record["buildStatus"])
        await deliver_event(self.emulator, _make_event(record))


def _parse_build_id(id_or_arn: str) -> str:
    """Return the build id from an id or an ARN."""
    return id_or_arn.partition(":build/")[2] or id_or_arn


def _make_event(record: BuildRecord) -> dict[str, Any]:
    """Create a `CodeBuild Build State Change` event. Events have four states, the API has six."""
    status = record["buildStatus"]
    detail = {
        "build-status": "FAILED" if status in {"TIMED_OUT", "FAULT"} else status,
        "project-name": record["projectName"],
        "build-id": record["arn"],
        "current-phase": record["currentPhase"],
        "current-phase-context": "[]",
        "version": "1",
        "additional-information": {
            "build-number": record["buildNumber"],
            "build-complete": record["buildComplete"],
            "initiator": record["initiator"],
            "environment": {
                "environment-variables": record["environment"]["environmentVariables"],
            },
            "source": {key: record["source"].get(key, "") for key in ("type", "location")},
            "logs": {
                "group-name": record["logs"]["groupName"],
                "stream-name": record["logs"]["streamName"],
            },
            "phases": [
                {
                    "phase-type": phase["phaseType"],
                    "phase-status": phase.get("phaseStatus", ""),
                }
                for phase in record["phases"]
            ],
        },
    }
    return {
        "source": "aws.codebuild",
        "detail-type": "CodeBuild Build State Change",
        "resources": [record["arn"]],
        "detail": detail,
    }
