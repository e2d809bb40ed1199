"""CodeBuild's build calls, answered here: the emulator keeps the projects, we run the builds.

One build of a project runs at a time, the others wait. Every change of a build's state is on disk
before anyone hears of it, and is told to EventBridge's rules as CodeBuild would.
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

from platform_cli.local.builds import record as record_of
from platform_cli.local.builds.record import (
    RUNNING,
    Record,
    Records,
)
from platform_cli.local.builds.run import BuildRun, Surroundings
from platform_cli.local.emulator.client import Emulator
from platform_cli.local.emulator.event_rules import tell_rules
from platform_cli.local.server.asgi import (
    Receive,
    Scope,
    Send,
    answer_json,
    read_body,
)

log = logging.getLogger("platform.builds")
TARGET = "CodeBuild_20161006."
TOKEN_SECONDS = 300.0
"""As long as CodeBuild honours an idempotency token."""


class BadRequest(Exception):
    """An error as the CodeBuild API names it."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(slots=True)
class _Running:
    run: BuildRun
    task: "asyncio.Task[None]"


@dataclass(slots=True)
class Builds:
    """Answers the calls and runs the builds."""

    emulator: Emulator
    around: Surroundings
    records: Records = field(init=False)
    _running: dict[str, _Running] = field(default_factory=dict)
    _turns: dict[str, asyncio.Lock] = field(default_factory=dict)
    _tokens: dict[tuple[str, str], tuple[float, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.records = Records(self.around.folder)

    def answers(self, target: str) -> bool:
        """Whether this call is ours; all about projects is the emulator's."""
        return target.startswith(TARGET) and target.removeprefix(TARGET) in self._calls()

    async def __call__(self, scope: Scope, receive: Receive, send: Send, target: str) -> None:
        asked = json.loads(await read_body(receive) or b"{}")
        kind = "application/x-amz-json-1.1"
        try:
            data = await self._calls()[target.removeprefix(TARGET)](asked)
        except BadRequest as error:
            await answer_json(send, 400, {"__type": error.kind, "message": str(error)}, kind)
        else:
            await answer_json(send, 200, data, kind)

    async def recover(self) -> None:
        """End what the last server left running, and tell so: nobody else would."""
        for record in list(self.records.all.values()):
            if record["buildStatus"] == RUNNING:
                BuildRun(record, self.around, self.records.save).clear()
                record_of.finish(record, "FAULT", "the embedded cloud stopped during this build")
                await self._changed(record)

    async def close(self) -> None:
        """Stop every build; the next start tells what became of them."""
        running = list(self._running.values())
        for one in running:
            one.run.stopped_as = ("FAULT", "the embedded cloud stopped during this build")
            one.task.cancel()
        await asyncio.gather(*(one.task for one in running), return_exceptions=True)

    # --- the calls ----------------------------------------------------------------------------

    def _calls(self) -> Mapping[str, Callable[[dict[str, Any]], Any]]:
        return {
            "StartBuild": self._start,
            "StopBuild": self._stop,
            "BatchGetBuilds": self._get,
            "ListBuildsForProject": self._list,
            "ListBuilds": self._list,
            "BatchDeleteBuilds": self._delete,
        }

    async def _start(self, asked: dict[str, Any]) -> dict[str, Any]:
        name = str(asked.get("projectName", "")).rpartition("/")[2]
        found = await self.emulator.json(
            "codebuild", TARGET + "BatchGetProjects", {"names": [name]}
        )
        if not found["projects"]:
            raise BadRequest("ResourceNotFoundException", f"Project cannot be found: {name}")
        if known := self._known(name, str(asked.get("idempotencyToken", ""))):
            return {"build": known}
        build_id = f"{name}:{uuid.uuid4()}"
        number = self.records.next_number(name)
        record = record_of.new(found["projects"][0], asked, build_id, number)
        if token := asked.get("idempotencyToken"):
            self._tokens[name, token] = (time.monotonic(), build_id)
        self.records.save(record)
        run = BuildRun(record, self.around, self.records.save)
        self._running[build_id] = _Running(run, asyncio.create_task(self._drive(run)))
        return {"build": record}

    def _known(self, project: str, token: str) -> Record | None:
        given, build_id = self._tokens.get((project, token), (0.0, ""))
        fresh = bool(token) and time.monotonic() - given < TOKEN_SECONDS
        return self.records.all.get(build_id) if fresh else None

    async def _stop(self, asked: dict[str, Any]) -> dict[str, Any]:
        record = self.records.all.get(_id(asked.get("id", "")))
        if record is None:
            raise BadRequest("ResourceNotFoundException", "Build cannot be found")
        if running := self._running.get(record["id"]):
            running.task.cancel()
            await asyncio.gather(running.task, return_exceptions=True)
        return {"build": record}

    async def _get(self, asked: dict[str, Any]) -> dict[str, Any]:
        ids = [str(given) for given in asked.get("ids") or ()]
        found = [self.records.all[_id(i)] for i in ids if _id(i) in self.records.all]
        missing = [i for i in ids if _id(i) not in self.records.all]
        return {"builds": found, "buildsNotFound": missing}

    async def _list(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Newest first, in one page: there are never more than are kept."""
        name = asked.get("projectName")
        found = self.records.of(name) if name else self.records.all.values()
        ids = [record["id"] for record in found]
        return {"ids": ids[::-1] if asked.get("sortOrder") == "ASCENDING" else ids}

    async def _delete(self, asked: dict[str, Any]) -> dict[str, Any]:
        raise BadRequest("InvalidInputException", "records of builds are not deleted here")

    # --- a build's life -----------------------------------------------------------------------

    async def _drive(self, run: BuildRun) -> None:
        record = run.record
        try:
            await tell_rules(self.emulator, _event(record))
            record_of.begin(record, "QUEUED")
            async with self._turn(record):
                outcome = await run.run()
            record_of.finish(record, *outcome)
        except TimeoutError:
            record_of.finish(record, "TIMED_OUT", "the build waited too long for its turn")
        except asyncio.CancelledError:
            record_of.finish(record, *run.stopped_as)
        except OSError as error:
            record_of.finish(record, "FAULT", str(error))
        finally:
            if not record["buildComplete"]:
                record_of.finish(record, "FAULT", "the runner failed; the server's log says why")
            self._running.pop(record["id"], None)
            await self._changed(record)

    @asynccontextmanager
    async def _turn(self, record: Record) -> AsyncIterator[None]:
        turn = self._turns.setdefault(record["projectName"], asyncio.Lock())
        async with asyncio.timeout(float(record["queuedTimeoutInMinutes"]) * 60):
            await turn.acquire()
        try:
            yield
        finally:
            turn.release()

    async def _changed(self, record: Record) -> None:
        self.records.save(record)
        log.info("%s: %s", record["id"], record["buildStatus"])
        await tell_rules(self.emulator, _event(record))


def _id(given: str) -> str:
    """A build's id, also where its ARN was given."""
    return given.partition(":build/")[2] or given


def _event(record: Record) -> dict[str, Any]:
    """`CodeBuild Build State Change`; it knows four states, where the API knows six."""
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
