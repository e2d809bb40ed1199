"""The build project of a client's stack, and the timer that wakes the builder."""

import json

from platform_core import contract
from tests.infra.clients import Synthesized, text


def test_every_build_takes_the_archive_that_the_builder_names(stack: Synthesized) -> None:
    """A version of the project (a branch) would be taken for the version of that object."""
    project = stack.one("AWS::CodeBuild::Project")
    assert project["Source"]["Type"] == "S3"
    assert "SourceVersion" not in project
    assert "Triggers" not in project, "our own webhooks decide when it builds"


def test_numbers_of_the_timer_stay_numbers(stack: Synthesized) -> None:
    machine = stack.one("AWS::StepFunctions::StateMachine")
    assert "Definition" not in machine
    states = json.loads(text(machine["DefinitionString"]))["States"]
    assert states["Wait"]["SecondsPath"] == "$.seconds"
    [again] = states["Wake"]["Retry"]
    assert (again["IntervalSeconds"], again["MaxAttempts"]) == (1, 5)


def test_one_build_at_a_time_that_ends(stack: Synthesized) -> None:
    project = stack.one("AWS::CodeBuild::Project")
    assert project["ConcurrentBuildLimit"] == 1
    assert project["TimeoutInMinutes"] == 20
    assert project["QueuedTimeoutInMinutes"] == 30
    assert project["Environment"]["Type"] == "ARM_CONTAINER"


def test_the_build_gets_ids_only(stack: Synthesized) -> None:
    variables = stack.one("AWS::CodeBuild::Project")["Environment"]["EnvironmentVariables"]
    assert {each["Name"] for each in variables} == {contract.SITE_BUCKET, contract.DATA_BUCKET}
