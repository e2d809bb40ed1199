"""Build records in the format of CodeBuild, and the folder that stores them.

One key is our own: `cacheFolders` has the folders that the buildspec caches.
"""

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from platform_cli.local.addresses import ACCOUNT, REGION
from platform_cli.local.files import replace_file

BuildRecord = dict[str, Any]
RUNNING = "IN_PROGRESS"
RECORDS_PER_PROJECT = 100
"""Older records of a project are deleted."""


def build_arn(build_id: str) -> str:
    return f"arn:aws:codebuild:{REGION}:{ACCOUNT}:build/{build_id}"


def create_record(
    project: Mapping[str, Any], request: Mapping[str, Any], build_id: str, number: int
) -> BuildRecord:
    """Create the record of a build that was just requested."""
    source = dict(project.get("source") or {})
    for key, override in (("type", "sourceTypeOverride"), ("location", "sourceLocationOverride"),
                          ("buildspec", "buildspecOverride")):  # fmt: skip
        if override in request:
            source[key] = request[override]
    environment = dict(project.get("environment") or {})
    variables = {v["name"]: v for v in environment.get("environmentVariables") or ()}
    variables |= {v["name"]: v for v in request.get("environmentVariablesOverride") or ()}
    environment["environmentVariables"] = list(variables.values())
    uuid = build_id.partition(":")[2]
    log_group = f"/aws/codebuild/{project['name']}"
    record: BuildRecord = {
        "id": build_id,
        "arn": build_arn(build_id),
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
        "logs": {"groupName": log_group, "streamName": uuid},
        "timeoutInMinutes": request.get("timeoutInMinutesOverride")
        or project.get("timeoutInMinutes")
        or 60,
        "queuedTimeoutInMinutes": request.get("queuedTimeoutInMinutesOverride")
        or project.get("queuedTimeoutInMinutes")
        or 480,
        "initiator": f"{ACCOUNT}/local",
    }
    begin_phase(record, "SUBMITTED")
    return record


def begin_phase(record: BuildRecord, phase: str) -> None:
    """Start a phase. A phase that is still open is closed as succeeded."""
    end_phase(record, "SUCCEEDED")
    record["phases"].append({"phaseType": phase, "startTime": time.time()})
    record["currentPhase"] = phase


def end_phase(record: BuildRecord, status: str, reason: str = "") -> None:
    """Close the current phase, if one is open."""
    phase = record["phases"][-1] if record["phases"] else {}
    if not phase or "phaseStatus" in phase or phase["phaseType"] == "COMPLETED":
        return
    now = time.time()
    phase["phaseStatus"] = status
    phase["endTime"] = now
    phase["durationInSeconds"] = round(now - phase["startTime"])
    if reason:
        phase["contexts"] = [{"statusCode": status, "message": reason}]


def finish_build(record: BuildRecord, status: str, reason: str = "") -> None:
    """Finish the build. A phase that is still open gets the build's status."""
    end_phase(record, status, reason)
    begin_phase(record, "COMPLETED")
    record["buildStatus"] = status
    record["buildComplete"] = True
    record["endTime"] = time.time()


class BuildRecords:
    """Stores each build in its own JSON file, so that builds are known after a crash."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.by_id: dict[str, BuildRecord] = {}
        for file in sorted(folder.glob("*/records/*.json")):
            record = json.loads(file.read_text())
            self.by_id[record["id"]] = record

    def save(self, record: BuildRecord) -> None:
        """Store the record durably and delete the project's oldest records."""
        self.by_id[record["id"]] = record
        file = self._path_of(record)
        file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(file, json.dumps(record).encode())
        for expired in list(self.for_project(record["projectName"]))[RECORDS_PER_PROJECT:]:
            del self.by_id[expired["id"]]
            self._path_of(expired).unlink(missing_ok=True)

    def for_project(self, project: str) -> Iterator[BuildRecord]:
        """Iterate over the project's builds, newest first."""
        records = [record for record in self.by_id.values() if record["projectName"] == project]
        yield from sorted(records, key=lambda record: -float(record["startTime"]))

    def next_build_number(self, project: str) -> int:
        return 1 + max((record["buildNumber"] for record in self.for_project(project)), default=0)

    def _path_of(self, record: BuildRecord) -> Path:
        project, _, uuid = str(record["id"]).partition(":")
        return self.folder / project / "records" / f"{uuid}.json"
