"""Builds run for real, as CodeBuild would: phases, logs, stop, timeout, queue, caches, events."""

import io
import json
import os
import signal
import time
import urllib.request
import uuid
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from platform_cli.local.cloud import EmbeddedCloud
from tests.local.ground import AskAws, eventually, function, ids, kill, running, table

pytestmark = pytest.mark.local

Spec = Mapping[str, object]


def phases(**commands: list[str]) -> dict[str, Any]:
    return {
        "version": "0.2",
        "phases": {name: {"commands": lines} for name, lines in commands.items()},
    }


def project(aws: AskAws, spec: Spec, **more: Any) -> str:
    name = f"project-{uuid.uuid4().hex[:8]}"
    aws("codebuild").create_project(
        name=name,
        source={"type": "NO_SOURCE", "buildspec": json.dumps(spec)},
        artifacts={"type": "NO_ARTIFACTS"},
        environment={
            "type": "ARM_CONTAINER",
            "image": "any",
            "computeType": "BUILD_GENERAL1_SMALL",
            "environmentVariables": [{"name": "FROM_PROJECT", "value": "yes"}],
        },
        serviceRole="arn:aws:iam::000000000000:role/any",
        **more,
    )
    return name


def seen(aws: AskAws, build_id: str) -> dict[str, Any]:
    return dict(aws("codebuild").batch_get_builds(ids=[build_id])["builds"][0])


def finished(aws: AskAws, build_id: str) -> dict[str, Any]:
    eventually(lambda: seen(aws, build_id)["buildComplete"])
    return seen(aws, build_id)


def start(aws: AskAws, name: str, **more: Any) -> str:
    return str(aws("codebuild").start_build(projectName=name, **more)["build"]["id"])


def log_of(aws: AskAws, build: Mapping[str, Any]) -> list[str]:
    events = aws("logs").get_log_events(
        logGroupName=build["logs"]["groupName"],
        logStreamName=build["logs"]["streamName"],
        startFromHead=True,
    )["events"]
    return [event["message"] for event in events]


def ended(build: Mapping[str, Any]) -> dict[str, str]:
    return {phase["phaseType"]: phase.get("phaseStatus", "") for phase in build["phases"]}


def test_a_build_runs_its_phases_on_the_uploaded_source(aws: AskAws) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("pages/index.txt", "from the source\n")
    aws("s3").create_bucket(Bucket="sources")
    aws("s3").put_object(Bucket="sources", Key="source/one.zip", Body=packed.getvalue())
    spec = phases(
        install=["node --version && npm --version && hugo version && python3 --version"],
        build=["cd pages", "cat index.txt", "export WORD=kept", "echo $FROM_PROJECT $ATTEMPT_ID"],
        post_build=["echo $WORD in $(basename $PWD)", "python3 -c 'import boto3'"],
    )
    build_id = start(
        aws,
        project(aws, spec),
        sourceTypeOverride="S3",
        sourceLocationOverride="sources/source/one.zip",
        environmentVariablesOverride=[{"name": "ATTEMPT_ID", "value": "a1"}],
    )
    build = finished(aws, build_id)
    log = log_of(aws, build)
    assert build["buildStatus"] == "SUCCEEDED", log
    assert list(ended(build)) == [
        *("SUBMITTED", "QUEUED", "PROVISIONING", "DOWNLOAD_SOURCE", "INSTALL", "PRE_BUILD"),
        *("BUILD", "POST_BUILD", "UPLOAD_ARTIFACTS", "FINALIZING", "COMPLETED"),
    ]
    assert all(phase["endTime"] >= phase["startTime"] for phase in build["phases"][:-1])
    assert {"from the source", "yes a1", "kept in pages"} <= set(log)


def test_a_build_gets_a_clean_environment_and_the_emulator(
    aws: AskAws, cloud: EmbeddedCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = finished(aws, start(aws, project(aws, phases(build=["env", "pwd", "echo ~"]))))
    log = log_of(aws, build)
    given = {line.partition("=")[0]: line.partition("=")[2] for line in log if "=" in line}
    assert given["AWS_ENDPOINT_URL"] == cloud.ensure_running().aws_endpoint
    assert not {"VIRTUAL_ENV", "PYTHONPATH", "USER", "GATEWAY_PORT", "STATE_DIR"} & given.keys()
    assert str(cloud.state_dir) in given["HOME"]
    assert not (cloud.state_dir / "builds" / build["projectName"] / "runs").exists() or not any(
        (cloud.state_dir / "builds" / build["projectName"] / "runs").iterdir()
    )


@pytest.mark.parametrize(
    ("spec", "where", "after"),
    [
        (phases(install=["false"], build=["echo later"]), "INSTALL", set()),
        (phases(build=["echo a", "exit 3", "echo later"]), "BUILD", set()),
        (phases(build=["false", "echo later"], post_build=["echo post"]), "BUILD", {"post"}),
        (phases(build=["exit 0"], post_build=["echo later"]), "BUILD", set()),
    ],
)
def test_a_failing_command_fails_its_phase_and_the_build(
    aws: AskAws, spec: Spec, where: str, after: set[str]
) -> None:
    build = finished(aws, start(aws, project(aws, spec)))
    assert build["buildStatus"] == "FAILED"
    assert ended(build)[where] == "FAILED"
    log = set(log_of(aws, build))
    assert after <= log
    assert "later" not in log


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"buildspecOverride": "version: 0.2\nphases: {deploy: {commands: [ls]}}\n"}, "deploy"),
        ({"buildspecOverride": "version: 0.1\nphases: {}\n"}, "version: 0.2"),
        ({"buildspecOverride": "nowhere.yml"}, "nowhere.yml"),
        ({"sourceTypeOverride": "S3", "sourceLocationOverride": "no/where.zip"}, "no source"),
        (
            {
                "environmentVariablesOverride": [
                    {"name": "TOKEN", "value": "/a/b", "type": "PARAMETER_STORE"}
                ]
            },
            "gets no secret",
        ),
    ],
)
def test_a_build_that_cannot_run_says_why(aws: AskAws, more: dict[str, Any], reason: str) -> None:
    build = finished(aws, start(aws, project(aws, phases(build=["true"])), **more))
    assert build["buildStatus"] == "FAILED"
    assert reason in build["phases"][-2]["contexts"][0]["message"]
    assert any(reason in line for line in log_of(aws, build))


def test_stop_takes_the_whole_process_tree_down(aws: AskAws, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    spec = phases(build=[f"sh -c 'echo $$ >> {pids}; sleep 600 & echo $! >> {pids}; wait'"])
    build_id = start(aws, project(aws, spec))
    started = eventually(lambda: pids.exists() and len(pids.read_text().split()) == 2)
    assert started
    build = aws("codebuild").stop_build(id=build_id)["build"]
    assert build["buildStatus"] == "STOPPED"
    eventually(lambda: all(gone(int(pid)) for pid in pids.read_text().split()))


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z"


def test_a_build_past_its_timeout_ends(aws: AskAws, cloud: EmbeddedCloud) -> None:
    # boto3 would refuse less than AWS's five minutes.
    asked = {"projectName": project(aws, phases(build=["sleep 600"]))}
    request = urllib.request.Request(
        cloud.ensure_running().aws_endpoint,
        json.dumps({**asked, "timeoutInMinutesOverride": 0.005}).encode(),
        {"x-amz-target": "CodeBuild_20161006.StartBuild"},
    )
    with urllib.request.urlopen(request) as reply:
        build = finished(aws, json.load(reply)["build"]["id"])
    assert build["buildStatus"] == "TIMED_OUT"
    assert ended(build)["BUILD"] == "TIMED_OUT"


def test_a_process_that_left_the_build_neither_keeps_it_open_nor_outlives_it(
    aws: AskAws, tmp_path: Path
) -> None:
    pid = tmp_path / "pid"
    code = f'import os, time; os.setsid(); print(os.getpid(), file=open("{pid}", "w", 1)); '
    stays = f"python3 -c '{code} time.sleep(60)' &"
    waits = f"while [ ! -s {pid} ]; do sleep 0.02; done; echo the last line"
    started = time.monotonic()
    build = finished(aws, start(aws, project(aws, phases(build=[stays, waits]))))
    assert build["buildStatus"] == "SUCCEEDED"
    assert time.monotonic() - started < 30
    assert log_of(aws, build).count("the last line") == 1
    assert gone(int(pid.read_text()))


@pytest.mark.parametrize("whom", ["build", "agent"])
def test_a_killed_build_fails_and_leaves_nothing(
    aws: AskAws, cloud: EmbeddedCloud, tmp_path: Path, whom: str
) -> None:
    pid = tmp_path / "pid"
    spec = phases(build=[f"echo $$ $PPID > {pid}; sleep 600 & wait"])
    build_id = start(aws, project(aws, spec))
    eventually(lambda: pid.exists() and pid.read_text().strip())
    shell, agent = map(int, pid.read_text().split())
    os.kill(agent if whom == "agent" else shell, signal.SIGKILL)
    build = finished(aws, build_id)
    assert build["buildStatus"] == "FAILED"
    assert gone(shell)
    assert gone(agent)


def test_one_build_of_a_project_runs_at_a_time(aws: AskAws, tmp_path: Path) -> None:
    go = tmp_path / "go"
    spec = phases(build=[f"while [ ! -e {go} ]; do sleep 0.02; done"])
    name = project(aws, spec)
    first, second = start(aws, name), start(aws, name)
    eventually(lambda: seen(aws, first)["currentPhase"] == "BUILD")
    assert seen(aws, second)["currentPhase"] == "QUEUED"
    listed = aws("codebuild").list_builds_for_project(projectName=name)["ids"]
    assert listed == [second, first]
    go.touch()
    one, two = finished(aws, first), finished(aws, second)
    assert (one["buildStatus"], two["buildStatus"]) == ("SUCCEEDED", "SUCCEEDED")
    assert (one["buildNumber"], two["buildNumber"]) == (1, 2)
    running = next(p for p in two["phases"] if p["phaseType"] == "PROVISIONING")
    assert running["startTime"] >= one["endTime"]


def test_a_token_names_one_build(aws: AskAws) -> None:
    name = project(aws, phases(build=["true"]))
    first = start(aws, name, idempotencyToken="t1")
    assert start(aws, name, idempotencyToken="t1") == first
    assert start(aws, name, idempotencyToken="t2") != first


def test_a_cached_folder_is_there_again(aws: AskAws) -> None:
    count = "echo x >> kept/runs; echo runs=$(grep -c x kept/runs)"
    spec = phases(install=["mkdir -p kept"], build=[count])
    name = project(aws, {**spec, "cache": {"paths": ["kept/**/*"]}})
    lines = [log_of(aws, finished(aws, start(aws, name))) for _ in range(3)]
    assert [any(f"runs={n}" in line for line in log) for n, log in enumerate(lines, 1)] == [
        True
    ] * 3
    other = project(aws, {**spec, "cache": {"paths": ["kept/**/*"]}})
    assert "runs=1" in log_of(aws, finished(aws, start(aws, other)))


def test_unknown_projects_and_builds_are_refused(aws: AskAws) -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        start(aws, "no-such-project")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        aws("codebuild").stop_build(id="no:build")
    assert aws("codebuild").batch_get_builds(ids=["no:build"])["buildsNotFound"] == ["no:build"]


NOTE = """
import boto3
store = boto3.client("dynamodb")
def handler(event, context):
    print("noting")
    detail = event["detail"]
    text = detail["project-name"] + " " + detail["build-status"]
    store.put_item(TableName="notes", Item={"id": {"S": text}})
"""


def test_a_rule_hears_of_every_change_of_state(aws: AskAws) -> None:
    table(aws, "notes")
    arn = function(aws, "note", NOTE)
    name, other = project(aws, phases(build=["true"])), project(aws, phases(build=["true"]))
    pattern = {
        "source": ["aws.codebuild"],
        "detail-type": ["CodeBuild Build State Change"],
        "detail": {"project-name": [name]},
    }
    aws("events").put_rule(Name="builds", EventPattern=json.dumps(pattern))
    aws("events").put_targets(Rule="builds", Targets=[{"Id": "1", "Arn": arn}])
    start(aws, other)
    start(aws, name)
    expected = {f"{name} IN_PROGRESS", f"{name} SUCCEEDED"}
    eventually(lambda: ids(aws, "notes") == expected)


def test_a_build_dies_with_the_server_and_is_told_as_failed(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    with running(tmp_path / "state") as (cloud, aws):
        sleep = f"echo $$ > {pid_file}; exec sleep 600"
        spec = phases(install=["mkdir kept || cat kept/a"], build=["echo again > kept/a", sleep])
        name = project(aws, {**spec, "cache": {"paths": ["kept/**/*"]}})
        build_id = start(aws, name)
        cloud.snapshot()
        eventually(lambda: pid_file.exists() and pid_file.read_text().strip())
        kill(cloud)
        eventually(lambda: gone(int(pid_file.read_text())))
        cloud.ensure_running()
        build = finished(aws, build_id)
        assert build["buildStatus"] == "FAULT"
        assert "stopped during this build" in str(build["phases"])
        next_one = start(aws, name)
        eventually(lambda: seen(aws, next_one)["currentPhase"] == "BUILD")
        eventually(lambda: "again" in log_of(aws, seen(aws, next_one)))
