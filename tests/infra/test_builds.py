"""The build project of a client's stack, and the timer that wakes the builder."""

import json

from platform_core import contract
from tests.infra.clients import Synthesized, text


def test_every_build_uses_the_archive_that_the_builder_names(stack: Synthesized) -> None:
    """A version of the project (a branch) would be used as the version of that object."""
    project = stack.one("AWS::CodeBuild::Project")
    assert project["Source"]["Type"] == "S3"
    assert "SourceVersion" not in project
    assert "Triggers" not in project, "our own webhooks decide when it builds"


def test_the_timer_passes_seconds_as_numbers(stack: Synthesized) -> None:
    machine = stack.one("AWS::StepFunctions::StateMachine")
    assert "Definition" not in machine
    states = json.loads(text(machine["DefinitionString"]))["States"]
    assert states["Wait"]["SecondsPath"] == "$.seconds"
    [again] = states["Wake"]["Retry"]
    assert (again["IntervalSeconds"], again["MaxAttempts"]) == (1, 5)


def test_a_build_has_time_limits_and_the_project_no_limit_of_builds(stack: Synthesized) -> None:
    """CodeBuild refuses a project whose limit is above the account's quota, which can be 0."""
    project = stack.one("AWS::CodeBuild::Project")
    assert "ConcurrentBuildLimit" not in project
    assert project["TimeoutInMinutes"] == 20
    assert project["QueuedTimeoutInMinutes"] == 30
    assert project["Environment"]["Type"] == "ARM_CONTAINER"


def test_the_build_environment_contains_ids_only(stack: Synthesized) -> None:
    variables = stack.one("AWS::CodeBuild::Project")["Environment"]["EnvironmentVariables"]
    assert {variable["Name"] for variable in variables} == {
        contract.SITE_BUCKET,
        contract.DATA_BUCKET,
        contract.BUILD_ROLE_ID,
    }
