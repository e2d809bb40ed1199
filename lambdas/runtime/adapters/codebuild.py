"""The build service: CodeBuild."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from lambdas.runtime.adapters.clients import AWS_ERRORS, error_code
from lambdas.runtime.adapters.dynamodb.items import translate_errors
from platform_core import contract
from platform_core.contract.status import BuildOutcome
from platform_core.errors import BuildDenied, BuildRefused, StoreUnavailable
from platform_core.pipeline.ports import BuildJob, BuildOrder
from platform_core.pipeline.preview.ports import PreviewOrder

_OUTCOMES: Mapping[str, BuildOutcome] = {
    "IN_PROGRESS": BuildOutcome.RUNNING,
    "SUCCEEDED": BuildOutcome.SUCCEEDED,
    "FAULT": BuildOutcome.FAULTED,
}
"""Every other status of CodeBuild is a failure of the build, unless the build never ran."""
_DENIED: Final = frozenset({"AccessDenied", "AccessDeniedException"})
_QUEUED: Final = "QUEUED"


class CodeBuild:
    """The ports `BuildService` and, with the project of previews, `PreviewBuilds`."""

    def __init__(self, codebuild: Any, *, project: str, data_bucket: str, role_id: str) -> None:
        self._codebuild = codebuild
        self._project = project
        self._data_bucket = data_bucket
        self._role_id = role_id

    def start(self, order: BuildOrder) -> BuildJob:
        """Start a build. CodeBuild remembers the idempotency token for five minutes."""
        return self._start(order.attempt, order.source_key, order.site_url, order.commit_key)

    def start_preview(self, order: PreviewOrder) -> BuildJob:
        """Start the build of a preview."""
        return self._start(order.attempt, order.source_key, order.site_url)

    def _start(
        self, attempt: str, source_key: str, site_url: str, commit_key: str = ""
    ) -> BuildJob:
        variables = {contract.ATTEMPT_ID: attempt, contract.SITE_URL: site_url}
        if commit_key:
            variables[contract.COMMIT_ARCHIVE] = commit_key
        try:
            answer = self._codebuild.start_build(
                projectName=self._project,
                idempotencyToken=attempt,
                sourceTypeOverride="S3",
                sourceLocationOverride=f"{self._data_bucket}/{source_key}",
                environmentVariablesOverride=[
                    {"name": name, "value": value, "type": "PLAINTEXT"}
                    for name, value in variables.items()
                ],
            )
        except AWS_ERRORS as error:
            raise _classify_start_error(error) from None
        return self._to_job(answer["build"])

    def status(self, build_id: str) -> BuildJob | None:
        with translate_errors("builds"):
            builds = self._codebuild.batch_get_builds(ids=[build_id])["builds"]
        return self._to_job(builds[0]) if builds else None

    def find(self, attempt: str) -> BuildJob | None:
        with translate_errors("builds"):
            listed = self._codebuild.list_builds_for_project(
                projectName=self._project, sortOrder="DESCENDING"
            )
            ids = listed["ids"][:100]
            builds = self._codebuild.batch_get_builds(ids=ids)["builds"] if ids else []
        wanted = {"name": contract.ATTEMPT_ID, "value": attempt}
        for build in builds:
            variables = build["environment"]["environmentVariables"]
            if any(wanted.items() <= variable.items() for variable in variables):
                return self._to_job(build)
        return None

    def stop(self, build_id: str) -> None:
        with translate_errors("builds"):
            self._codebuild.stop_build(id=build_id)

    def _to_job(self, build: Mapping[str, Any]) -> BuildJob:
        return _to_job(build, self._role_id)


def _classify_start_error(error: Exception) -> BuildDenied | BuildRefused | StoreUnavailable:
    """Return an error of the start: denied, refused, or `StoreUnavailable` if a build may run.

    Only a 4xx to the first request is certain. After a lost answer botocore asks again, and the
    lost request may have started the build, whatever the second answer says. A network error has a
    `response`, too, which is None.
    """
    name = error_code(error) or type(error).__name__
    metadata = (getattr(error, "response", None) or {}).get("ResponseMetadata", {})
    is_refusal = 400 <= metadata.get("HTTPStatusCode", 500) < 500
    is_certain = is_refusal and not metadata.get("RetryAttempts", 0)
    if not is_certain:
        return StoreUnavailable(f"builds: {name}")
    return BuildDenied(name) if name in _DENIED else BuildRefused(name)


def _to_job(build: Mapping[str, Any], role_id: str) -> BuildJob:
    logs = build.get("logs") or {}
    in_queue = [phase for phase in build.get("phases") or () if phase["phaseType"] == _QUEUED]
    queued = sum(phase.get("durationInSeconds", 0) for phase in in_queue)
    # The queue is not part of the build: its seconds are reported on their own.
    began, ended = build.get("startTime"), build.get("endTime")
    total = (ended - began).total_seconds() if began and ended else None
    return BuildJob(
        build_id=build["id"],
        outcome=_outcome(build["buildStatus"], in_queue),
        reason=_failure_reason(build),
        log_group=logs.get("groupName"),
        log_stream=logs.get("streamName"),
        queue_seconds=float(queued) if queued or total is not None else None,
        build_seconds=None if total is None else round(max(total - queued, 0.0), 3),
        ended_at=ended.timestamp() if ended else None,
        is_queued=build.get("currentPhase") == _QUEUED,
        folder=contract.build_folder(role_id, build["id"]),
    )


def _outcome(status: str, in_queue: Sequence[Mapping[str, Any]]) -> BuildOutcome:
    """Return the outcome. A build whose time in the queue was over never ran, so it did not fail.

    CodeBuild then ends the phase QUEUED, and the build, as TIMED_OUT (unverified, 2026-11-30).
    """
    timed_out = any(phase.get("phaseStatus") == "TIMED_OUT" for phase in in_queue)
    if status == "TIMED_OUT" and timed_out:
        return BuildOutcome.FAULTED
    return _OUTCOMES.get(status, BuildOutcome.FAILED)


def _failure_reason(build: Mapping[str, Any]) -> str:
    """Return the failed phase and its message. It may quote a command, but never content."""
    if build["buildStatus"] in {"SUCCEEDED", "IN_PROGRESS"}:
        return ""
    for phase in build.get("phases") or ():
        contexts = phase.get("contexts") or ()
        messages = (context.get("message") for context in contexts)
        message = next(filter(None, messages), "")
        if phase.get("phaseStatus", "SUCCEEDED") != "SUCCEEDED" and message:
            return f"{phase['phaseType']}: {message}"[:300]
    return str(build["buildStatus"])
