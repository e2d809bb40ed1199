"""Builds run on this machine like on CodeBuild: phases, logs, timeouts, queue, caches, events."""

import io
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
import uuid
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from platform_cli.local.cloud import EmbeddedCloud
from platform_cli.local.emulator.client import make_authorization
from tests import outside
from tests.local.ground import (
    AwsClients,
    create_function,
    create_table,
    kill_server,
    running_cloud,
    scan_ids,
    wait_for,
)

pytestmark = pytest.mark.local

Spec = Mapping[str, object]


def make_spec(**commands: list[str]) -> dict[str, Any]:
    return {
        "version": "0.2",
        "phases": {name: {"commands": lines} for name, lines in commands.items()},
    }


def create_project(aws: AwsClients, spec: Spec, **options: Any) -> str:
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
        **options,
    )
    return name


def get_build(aws: AwsClients, build_id: str) -> dict[str, Any]:
    return dict(aws("codebuild").batch_get_builds(ids=[build_id])["builds"][0])


def wait_until_finished(aws: AwsClients, build_id: str) -> dict[str, Any]:
    wait_for(lambda: get_build(aws, build_id)["buildComplete"])
    return get_build(aws, build_id)


def start_build(aws: AwsClients, name: str, **more: Any) -> str:
    return str(aws("codebuild").start_build(projectName=name, **more)["build"]["id"])


def read_log(aws: AwsClients, build: Mapping[str, Any]) -> list[str]:
    events = aws("logs").get_log_events(
        logGroupName=build["logs"]["groupName"],
        logStreamName=build["logs"]["streamName"],
        startFromHead=True,
    )["events"]
    return [event["message"] for event in events]


def phase_statuses(build: Mapping[str, Any]) -> dict[str, str]:
    return {phase["phaseType"]: phase.get("phaseStatus", "") for phase in build["phases"]}


def test_a_build_runs_its_phases_on_the_uploaded_source(aws: AwsClients) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("pages/index.txt", "from the source\n")
    aws("s3").create_bucket(Bucket="sources")
    aws("s3").put_object(Bucket="sources", Key="source/one.zip", Body=packed.getvalue())
    spec = make_spec(
        install=["node --version && npm --version && hugo version && python3 --version"],
        build=["cd pages", "cat index.txt", "export WORD=kept", "echo $FROM_PROJECT $ATTEMPT_ID"],
        post_build=["echo $WORD in $(basename $PWD)", "python3 -c 'import boto3'"],
    )
    build_id = start_build(
        aws,
        create_project(aws, spec),
        sourceTypeOverride="S3",
        sourceLocationOverride="sources/source/one.zip",
        environmentVariablesOverride=[{"name": "ATTEMPT_ID", "value": "a1"}],
    )
    build = wait_until_finished(aws, build_id)
    log = read_log(aws, build)
    assert build["buildStatus"] == "SUCCEEDED", log
    assert list(phase_statuses(build)) == [
        *("SUBMITTED", "QUEUED", "PROVISIONING", "DOWNLOAD_SOURCE", "INSTALL", "PRE_BUILD"),
        *("BUILD", "POST_BUILD", "UPLOAD_ARTIFACTS", "FINALIZING", "COMPLETED"),
    ]
    assert all(phase["endTime"] >= phase["startTime"] for phase in build["phases"][:-1])
    assert {"from the source", "yes a1", "kept in pages"} <= set(log)


def test_a_build_gets_a_clean_environment_and_the_emulator(
    aws: AwsClients, cloud: EmbeddedCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = wait_until_finished(
        aws, start_build(aws, create_project(aws, make_spec(build=["env", "pwd", "echo ~"])))
    )
    log = read_log(aws, build)
    variables = {line.partition("=")[0]: line.partition("=")[2] for line in log if "=" in line}
    assert variables["AWS_ENDPOINT_URL"] == cloud.ensure_running().aws_endpoint
    assert not {"VIRTUAL_ENV", "PYTHONPATH", "USER", "GATEWAY_PORT", "STATE_DIR"} & variables.keys()
    assert str(cloud.state_dir) in variables["HOME"]
    assert not (cloud.state_dir / "builds" / build["projectName"] / "runs").exists() or not any(
        (cloud.state_dir / "builds" / build["projectName"] / "runs").iterdir()
    )


def test_a_build_gets_the_named_secret_and_the_log_masks_it(aws: AwsClients) -> None:
    for name in ("named", "other"):
        aws("ssm").put_parameter(Name=f"/b/{name}", Value=f"canary-{name}", Type="SecureString")
    commands = ["echo token=$TOKEN, $(printenv | grep -c canary-) in all", "echo ${#TOKEN}"]
    name = create_project(aws, make_spec(build=commands))
    reference = {"name": "TOKEN", "value": "/b/named", "type": "PARAMETER_STORE"}
    build_id = start_build(aws, name, environmentVariablesOverride=[reference])
    build = wait_until_finished(aws, build_id)
    log = read_log(aws, build)
    assert {"token=***, 1 in all", "12"} <= set(log)
    assert "canary-named" not in json.dumps([log, build], default=str)
    missing = {**reference, "value": "/b/missing"}
    build_id = start_build(aws, name, environmentVariablesOverride=[missing])
    build = wait_until_finished(aws, build_id)
    assert build["buildStatus"] == "FAILED"
    assert "the parameter /b/missing cannot be read" in read_log(aws, build)[-1]


@pytest.mark.parametrize(
    ("spec", "where", "after"),
    [
        (make_spec(install=["false"], build=["echo later"]), "INSTALL", set()),
        (make_spec(build=["echo a", "exit 3", "echo later"]), "BUILD", set()),
        (make_spec(build=["false", "echo later"], post_build=["echo post"]), "BUILD", {"post"}),
        (make_spec(build=["exit 0"], post_build=["echo later"]), "BUILD", set()),
    ],
)
def test_a_failing_command_fails_its_phase_and_the_build(
    aws: AwsClients, spec: Spec, where: str, after: set[str]
) -> None:
    build = wait_until_finished(aws, start_build(aws, create_project(aws, spec)))
    assert build["buildStatus"] == "FAILED"
    assert phase_statuses(build)[where] == "FAILED"
    log = set(read_log(aws, build))
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
            "the parameter /a/b cannot be read",
        ),
    ],
)
def test_a_build_that_cannot_run_reports_the_reason(
    aws: AwsClients, more: dict[str, Any], reason: str
) -> None:
    build = wait_until_finished(
        aws, start_build(aws, create_project(aws, make_spec(build=["true"])), **more)
    )
    assert build["buildStatus"] == "FAILED"
    assert reason in build["phases"][-2]["contexts"][0]["message"]
    assert any(reason in line for line in read_log(aws, build))


def test_stopping_a_build_kills_its_process_tree(aws: AwsClients) -> None:
    spec = make_spec(build=["sh -c 'sleep 601 & sleep 602'"])
    build_id = start_build(aws, create_project(aws, spec))
    wait_for(lambda: {"sleep 601", "sleep 602"} <= processes(build_id).keys())
    build = aws("codebuild").stop_build(id=build_id)["build"]
    assert build["buildStatus"] == "STOPPED"
    wait_for(lambda: not processes(build_id))


def processes(build_id: str) -> dict[str, int]:
    """Return the running processes of a build: command line -> process id on this machine.

    A process of the sandbox sees other ids.
    """
    mark = f"CODEBUILD_BUILD_ID={build_id}".encode()
    running = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended meanwhile
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                command = (folder / "cmdline").read_bytes().rstrip(b"\0").replace(b"\0", b" ")
                running[command.decode(errors="replace")] = int(folder.name)
    return running


def test_a_build_ends_at_its_timeout(aws: AwsClients, cloud: EmbeddedCloud) -> None:
    # boto3 rejects timeouts below the five minutes that AWS requires.
    request_body = {"projectName": create_project(aws, make_spec(build=["sleep 600"]))}
    addresses = cloud.ensure_running()
    request = urllib.request.Request(
        addresses.aws_endpoint,
        json.dumps({**request_body, "timeoutInMinutesOverride": 0.005}).encode(),
        {
            "x-amz-target": "CodeBuild_20161006.StartBuild",
            "authorization": make_authorization("codebuild", addresses.keys.owner),
        },
    )
    with urllib.request.urlopen(request) as reply:
        build = wait_until_finished(aws, json.load(reply)["build"]["id"])
    assert build["buildStatus"] == "TIMED_OUT"
    assert phase_statuses(build)["BUILD"] == "TIMED_OUT"


def test_a_detached_process_does_not_delay_or_outlive_the_build(aws: AwsClients) -> None:
    code = 'import os, time; os.setsid(); open("started", "w"); time.sleep(60)'
    stays = f"python3 -c '{code}' &"
    waits = "while [ ! -e started ]; do sleep 0.02; done; echo the last line"
    started = time.monotonic()
    build = wait_until_finished(
        aws, start_build(aws, create_project(aws, make_spec(build=[stays, waits])))
    )
    assert build["buildStatus"] == "SUCCEEDED"
    assert time.monotonic() - started < 30
    assert read_log(aws, build).count("the last line") == 1
    assert not processes(build["id"])


def test_a_process_that_hides_its_environment_ends_with_the_build(aws: AwsClients) -> None:
    """Without a sandbox, the environment alone marks the processes of a build."""
    if reason := outside.missing_sandbox():
        pytest.skip(reason)
    length = 6000 + uuid.uuid4().int % 10_000_000
    hides = f"env -i setsid sleep {length} >/dev/null 2>&1 3>&- & sleep 0.2"
    build = wait_until_finished(
        aws, start_build(aws, create_project(aws, make_spec(build=[hides])))
    )
    assert build["buildStatus"] == "SUCCEEDED"
    commands = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    assert f"sleep {length}" not in commands.stdout


def test_the_log_of_a_build_says_that_there_is_no_sandbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    with running_cloud(tmp_path) as (_, aws):
        build_id = start_build(aws, create_project(aws, make_spec(build=["true"])))
        log = read_log(aws, wait_until_finished(aws, build_id))
    assert any("No sandbox isolates this build" in line for line in log)


@pytest.mark.parametrize("victim", ["sh", "agent.py"])
def test_killing_the_build_or_its_agent_fails_the_build(aws: AwsClients, victim: str) -> None:
    build_id = start_build(aws, create_project(aws, make_spec(build=["sleep 600 & wait"])))
    wait_for(lambda: "sleep 600" in processes(build_id))
    running = processes(build_id).items()
    os.kill(min(pid for command, pid in running if is_program(command, victim)), signal.SIGKILL)
    build = wait_until_finished(aws, build_id)
    assert build["buildStatus"] == "FAILED"
    assert not processes(build_id)


def is_program(command: str, name: str) -> bool:
    """Return whether the command line is of the shell of the build, or of the agent."""
    words = command.split()
    shell = Path(words[0]).name == "sh" and words[1].endswith("build.sh")
    return shell if name == "sh" else any(word.endswith(name) for word in words[:4])


def test_one_build_of_a_project_runs_at_a_time(aws: AwsClients, cloud: EmbeddedCloud) -> None:
    spec = make_spec(install=["touch waiting"], build=["while [ -e waiting ]; do sleep 0.02; done"])
    name = create_project(aws, spec)
    first, second = start_build(aws, name), start_build(aws, name)
    wait_for(lambda: get_build(aws, first)["currentPhase"] == "BUILD")
    assert get_build(aws, second)["currentPhase"] == "QUEUED"
    listed = aws("codebuild").list_builds_for_project(projectName=name)["ids"]
    assert listed == [second, first]
    runs = cloud.state_dir / "builds" / name / "runs"
    (runs / first.partition(":")[2] / "src" / "waiting").unlink()
    wait_for(lambda: get_build(aws, second)["currentPhase"] == "BUILD")
    (runs / second.partition(":")[2] / "src" / "waiting").unlink()
    one, two = wait_until_finished(aws, first), wait_until_finished(aws, second)
    assert (one["buildStatus"], two["buildStatus"]) == ("SUCCEEDED", "SUCCEEDED")
    assert (one["buildNumber"], two["buildNumber"]) == (1, 2)
    running = next(p for p in two["phases"] if p["phaseType"] == "PROVISIONING")
    assert running["startTime"] >= one["endTime"]


def test_an_idempotency_token_starts_one_build(aws: AwsClients) -> None:
    name = create_project(aws, make_spec(build=["true"]))
    first = start_build(aws, name, idempotencyToken="t1")
    assert start_build(aws, name, idempotencyToken="t1") == first
    assert start_build(aws, name, idempotencyToken="t2") != first


def test_a_cached_folder_is_restored_in_the_next_build(aws: AwsClients) -> None:
    count = "echo x >> kept/runs; echo runs=$(grep -c x kept/runs)"
    spec = make_spec(install=["mkdir -p kept"], build=[count])
    name = create_project(aws, {**spec, "cache": {"paths": ["kept/**/*"]}})
    lines = [read_log(aws, wait_until_finished(aws, start_build(aws, name))) for _ in range(3)]
    assert [any(f"runs={n}" in line for line in log) for n, log in enumerate(lines, 1)] == [
        True
    ] * 3
    other = create_project(aws, {**spec, "cache": {"paths": ["kept/**/*"]}})
    assert "runs=1" in read_log(aws, wait_until_finished(aws, start_build(aws, other)))


def test_a_build_cannot_have_the_server_delete_or_move_a_folder(
    aws: AwsClients, cloud: EmbeddedCloud, tmp_path: Path
) -> None:
    """The server saves the caches outside the sandbox, so the build must not name them."""
    victim = tmp_path / "victim"
    victim.mkdir()
    hostile = json.dumps([str(victim), "../planted", "../../../planted"])
    spec = make_spec(
        install=["mkdir kept"],
        build=[f"echo '{hostile}' > ../cached.json; mkdir ../planted; echo exit > ../build.sh"],
        post_build=["ls -d ../*"],
    )
    name = create_project(aws, {**spec, "cache": {"paths": ["kept/**/*"]}})
    build = wait_until_finished(aws, start_build(aws, name))
    assert victim.is_dir()
    assert not list(cloud.state_dir.rglob("planted"))
    assert (cloud.state_dir / "builds" / name / "caches" / "kept").is_dir()
    if not outside.missing_sandbox():
        shown = {line for line in read_log(aws, build) if line.startswith("../")}
        assert shown == {"../build.sh", "../home", "../src", "../tmp"}


def test_unknown_projects_and_builds_are_rejected(aws: AwsClients) -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        start_build(aws, "no-such-project")
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


def test_a_rule_receives_each_change_of_build_state(aws: AwsClients) -> None:
    create_table(aws, "notes")
    arn = create_function(aws, "note", NOTE)
    name, other = (
        create_project(aws, make_spec(build=["true"])),
        create_project(aws, make_spec(build=["true"])),
    )
    pattern = {
        "source": ["aws.codebuild"],
        "detail-type": ["CodeBuild Build State Change"],
        "detail": {"project-name": [name]},
    }
    aws("events").put_rule(Name="builds", EventPattern=json.dumps(pattern))
    aws("events").put_targets(Rule="builds", Targets=[{"Id": "1", "Arn": arn}])
    start_build(aws, other)
    start_build(aws, name)
    expected = {f"{name} IN_PROGRESS", f"{name} SUCCEEDED"}
    wait_for(lambda: scan_ids(aws, "notes") == expected)


def test_a_build_ends_with_the_server_and_is_reported_as_failed(tmp_path: Path) -> None:
    with running_cloud(tmp_path / "state") as (cloud, aws):
        sleep = "exec sleep 600"
        spec = make_spec(install=["mkdir kept || cat kept/a"], build=["echo again > kept/a", sleep])
        name = create_project(aws, {**spec, "cache": {"paths": ["kept/**/*"]}})
        build_id = start_build(aws, name)
        cloud.snapshot()
        wait_for(lambda: "sleep 600" in processes(build_id))
        # The process can be ahead of the server, which saves the cache after a finished install.
        wait_for(lambda: get_build(aws, build_id)["currentPhase"] == "BUILD")
        kill_server(cloud)
        wait_for(lambda: not processes(build_id))
        cloud.ensure_running()
        build = wait_until_finished(aws, build_id)
        assert build["buildStatus"] == "FAULT"
        assert "stopped during this build" in str(build["phases"])
        next_one = start_build(aws, name)
        wait_for(lambda: get_build(aws, next_one)["currentPhase"] == "BUILD")
        wait_for(lambda: "again" in read_log(aws, get_build(aws, next_one)))
