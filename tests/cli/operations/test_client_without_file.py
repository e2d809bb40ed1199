"""Verbs for a client whose file is gone. The deployment record names its stack."""

import json
from pathlib import Path

import pytest

from platform_cli.api.deployments.lookup import find_names, open_deployments
from platform_cli.targets.deployments import DeploymentRecord
from platform_cli.workspace import Workspace, deployment_record
from tests.cli.conftest import Call

RECORD = DeploymentRecord("local", "us-east-1", "000000000000", "Gone-Prod-BeforeTheSwap")


def record(workspace: Path, environment: str) -> None:
    file = deployment_record(workspace / ".platform", "gone", environment)
    file.parent.mkdir(parents=True, exist_ok=True)
    values = {name: getattr(RECORD, name) for name in RECORD.__slots__}
    file.write_text(json.dumps(values))


def test_the_record_names_the_stack_and_the_environment(workspace: Path) -> None:
    record(workspace, "staging")
    names = find_names(open_deployments(), Workspace(workspace), "gone", None)
    assert (names.environment, names.deployment_name) == ("staging", RECORD.stack)
    assert names.resource_prefix == "gone-staging"


@pytest.mark.parametrize("verb", ["status", "destroy"])
def test_the_environment_must_be_named_if_there_are_two(
    workspace: Path, call: Call, verb: str
) -> None:
    record(workspace, "staging")
    record(workspace, "prod")
    result = call(verb, "gone")
    assert result.code == 2
    assert "the file of gone is gone, and gone is deployed in staging and prod" in result.err
    assert "--env staging" in result.err


@pytest.mark.parametrize("client", ["acmee", "../acme", "A b"])
def test_an_unknown_client_is_no_client_without_a_file(
    workspace: Path, call: Call, client: str
) -> None:
    for arguments in (("status", client), ("destroy", client, "--env", "prod", "--yes")):
        if client == "acmee" and "--env" in arguments:
            continue
        result = call(*arguments)
        assert (result.code, f"there is no client {client!r}" in result.err) == (2, True), result
