"""The build service: CodeBuild."""

from collections.abc import Mapping
from typing import Any

from lambdas.runtime.aws import FAULTS, code
from lambdas.runtime.stores import available
from platform_core import contract
from platform_core.errors import BuildRefused, StoreUnavailable
from platform_core.ports import BuildJob, BuildOrder
from platform_core.status import BuildOutcome

_OUTCOMES: Mapping[str, BuildOutcome] = {
    "IN_PROGRESS": BuildOutcome.RUNNING,
    "SUCCEEDED": BuildOutcome.SUCCEEDED,
    "FAULT": BuildOutcome.FAULTED,
}
"""Every other status is a failure of the build."""


class CodeBuild:
    """The port `BuildService`."""

    def __init__(self, codebuild: Any, *, project: str, data_bucket: str) -> None:
        self._codebuild = codebuild
        self._project = project
        self._data_bucket = data_bucket

    def start(self, order: BuildOrder) -> BuildJob:
        """The source and ids; the service honours the token for five minutes."""
        variables = {contract.ATTEMPT_ID: order.attempt, contract.SITE_URL: order.site_url}
        try:
            answer = self._codebuild.start_build(
                projectName=self._project,
                idempotencyToken=order.attempt,
                sourceTypeOverride="S3",
                sourceLocationOverride=f"{self._data_bucket}/{order.source_key}",
                environmentVariablesOverride=[
                    {"name": name, "value": value, "type": "PLAINTEXT"}
                    for name, value in variables.items()
                ],
            )
        except FAULTS as error:
            raise _refusal(error) from None
        return _status(answer["build"])

    def status(self, build_id: str) -> BuildJob | None:
        with available("builds"):
            found = self._codebuild.batch_get_builds(ids=[build_id])["builds"]
        return _status(found[0]) if found else None

    def find(self, attempt: str) -> BuildJob | None:
        with available("builds"):
            listed = self._codebuild.list_builds_for_project(
                projectName=self._project, sortOrder="DESCENDING"
            )
            ids = listed["ids"][:100]
            builds = self._codebuild.batch_get_builds(ids=ids)["builds"] if ids else []
        mine = {"name": contract.ATTEMPT_ID, "value": attempt}
        for build in builds:
            variables = build["environment"]["environmentVariables"]
            if any(mine.items() <= variable.items() for variable in variables):
                return _status(build)
        return None

    def stop(self, build_id: str) -> None:
        with available("builds"):
            self._codebuild.stop_build(id=build_id)


def _refusal(error: Exception) -> BuildRefused | StoreUnavailable:
    """Refused for certain, or nobody knows whether the build was started: so it is where an answer
    was lost and botocore asked again, whatever it heard then. An error of the network has a
    `response`, too, and it is None."""
    name = code(error) or type(error).__name__
    told = (getattr(error, "response", None) or {}).get("ResponseMetadata", {})
    certain = 400 <= told.get("HTTPStatusCode", 500) < 500 and not told.get("RetryAttempts", 0)
    return BuildRefused(name) if certain else StoreUnavailable(f"builds: {name}")


def _status(build: Mapping[str, Any]) -> BuildJob:
    logs = build.get("logs") or {}
    queued = sum(
        phase.get("durationInSeconds", 0)
        for phase in build.get("phases") or ()
        if phase["phaseType"] == "QUEUED"
    )
    began, ended = build.get("startTime"), build.get("endTime")
    whole = (ended - began).total_seconds() if began and ended else None
    return BuildJob(
        build_id=build["id"],
        outcome=_OUTCOMES.get(build["buildStatus"], BuildOutcome.FAILED),
        reason=_reason(build),
        log_group=logs.get("groupName"),
        log_stream=logs.get("streamName"),
        queue_seconds=None if whole is None else float(queued),
        build_seconds=None if whole is None else round(max(whole - queued, 0.0), 3),
        ended_at=ended.timestamp() if ended else None,
    )


def _reason(build: Mapping[str, Any]) -> str:
    """Which phase failed, in the service's own words; these may quote a command, never content."""
    if build["buildStatus"] in {"SUCCEEDED", "IN_PROGRESS"}:
        return ""
    for phase in build.get("phases") or ():
        contexts = phase.get("contexts") or ()
        said = next((each.get("message") for each in contexts if each.get("message")), "")
        if phase.get("phaseStatus", "SUCCEEDED") != "SUCCEEDED" and said:
            return f"{phase['phaseType']}: {said}"[:300]
    return str(build["buildStatus"])
