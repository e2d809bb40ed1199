"""A build as CodeBuild tells of it, and the folder that keeps these records."""

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from platform_cli.local.addresses import ACCOUNT, REGION, replace_file

Record = dict[str, Any]
RUNNING = "IN_PROGRESS"
KEPT = 100
"""Records of one project."""


def arn(build_id: str) -> str:
    return f"arn:aws:codebuild:{REGION}:{ACCOUNT}:build/{build_id}"


def new(project: Mapping[str, Any], asked: Mapping[str, Any], build_id: str, number: int) -> Record:
    """The record of a build that was asked for just now."""
    source = dict(project.get("source") or {})
    for key, override in (("type", "sourceTypeOverride"), ("location", "sourceLocationOverride"),
                          ("buildspec", "buildspecOverride")):  # fmt: skip
        if override in asked:
            source[key] = asked[override]
    environment = dict(project.get("environment") or {})
    variables = {v["name"]: v for v in environment.get("environmentVariables") or ()}
    variables |= {v["name"]: v for v in asked.get("environmentVariablesOverride") or ()}
    environment["environmentVariables"] = list(variables.values())
    uuid = build_id.partition(":")[2]
    group = f"/aws/codebuild/{project['name']}"
    record: Record = {
        "id": build_id,
        "arn": arn(build_id),
        "buildNumber": number,
        "startTime": time.time(),
        "buildStatus": RUNNING,
        "buildComplete": False,
        "projectName": project["name"],
        "phases": [],
        "source": source,
        "environment": environment,
        "artifacts": project.get("artifacts") or {"type": "NO_ARTIFACTS"},
        "cache": project.get("cache") or {"type": "NO_CACHE"},
        "serviceRole": project.get("serviceRole", ""),
        "logs": {"groupName": group, "streamName": uuid},
        "timeoutInMinutes": asked.get("timeoutInMinutesOverride")
        or project.get("timeoutInMinutes")
        or 60,
        "queuedTimeoutInMinutes": asked.get("queuedTimeoutInMinutesOverride")
        or project.get("queuedTimeoutInMinutes")
        or 480,
        "initiator": f"{ACCOUNT}/local",
    }
    begin(record, "SUBMITTED")
    return record


def begin(record: Record, phase: str) -> None:
    """Enter a phase; what ran before has succeeded unless it said otherwise."""
    end(record, "SUCCEEDED")
    record["phases"].append({"phaseType": phase, "startTime": time.time()})
    record["currentPhase"] = phase


def end(record: Record, status: str, reason: str = "") -> None:
    """Leave the running phase, if one runs."""
    phase = record["phases"][-1] if record["phases"] else {}
    if not phase or "phaseStatus" in phase or phase["phaseType"] == "COMPLETED":
        return
    now = time.time()
    phase["phaseStatus"] = status
    phase["endTime"] = now
    phase["durationInSeconds"] = round(now - phase["startTime"])
    if reason:
        phase["contexts"] = [{"statusCode": status, "message": reason}]


def finish(record: Record, status: str, reason: str = "") -> None:
    """End the build. A phase that still runs ends as the build does."""
    end(record, status, reason)
    begin(record, "COMPLETED")
    record["buildStatus"] = status
    record["buildComplete"] = True
    record["endTime"] = time.time()


class Records:
    """One JSON file for each build, so that a build is known after any crash."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.all: dict[str, Record] = {}
        for file in sorted(folder.glob("*/records/*.json")):
            record = json.loads(file.read_text())
            self.all[record["id"]] = record

    def save(self, record: Record) -> None:
        """Keep the record durably; forget the project's oldest ones."""
        self.all[record["id"]] = record
        file = self._file(record)
        file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(file, json.dumps(record).encode())
        for old in list(self.of(record["projectName"]))[KEPT:]:
            del self.all[old["id"]]
            self._file(old).unlink(missing_ok=True)

    def of(self, project: str) -> Iterator[Record]:
        """The project's builds, newest first."""
        mine = [record for record in self.all.values() if record["projectName"] == project]
        yield from sorted(mine, key=lambda record: -float(record["startTime"]))

    def next_number(self, project: str) -> int:
        return 1 + max((record["buildNumber"] for record in self.of(project)), default=0)

    def _file(self, record: Record) -> Path:
        project, _, uuid = str(record["id"]).partition(":")
        return self.folder / project / "records" / f"{uuid}.json"
