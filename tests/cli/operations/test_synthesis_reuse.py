"""A deploy reuses the assembly of the last one only if a synthesis would make it again."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from platform_cli.blueprint.compose import compose
from platform_cli.blueprint.model import Blueprint
from platform_cli.deploy.assembly import Assembly
from platform_cli.deploy.synthesis_reuse import (
    DeployedStack,
    find_reusable,
    hash_inputs,
    hash_tool,
    list_tool_files,
    record_deployed,
)
from platform_cli.targets.stack import Stack
from platform_core.webhooks.addresses import AddressTokens
from tests.infra.clients import composed

STACK = Stack("Acme-Prod", "UPDATE_COMPLETE")
TEMPLATE: dict[str, Any] = {"Resources": {"Site": {"Type": "AWS::S3::Bucket", "Properties": {}}}}
OTHER: dict[str, Any] = {"Resources": {"Site": {"Type": "AWS::S3::Bucket", "Properties": {"A": 1}}}}


@pytest.fixture(scope="module")
def blueprint() -> Blueprint:
    return compose(composed())


@pytest.fixture
def assembly(tmp_path: Path) -> Assembly:
    """Return an assembly that is deployed and recorded."""
    (tmp_path / "Acme-Prod.template.json").write_text(json.dumps(TEMPLATE))
    assembly = Assembly(tmp_path, "Acme-Prod", TEMPLATE, "the inputs")
    record_deployed(assembly, TEMPLATE)
    return assembly


def test_the_same_inputs_and_the_same_stack_reuse_the_assembly(assembly: Assembly) -> None:
    reused = find_reusable(assembly.folder, "the inputs", DeployedStack(STACK, TEMPLATE))
    assert reused == assembly


def test_other_inputs_synthesize(assembly: Assembly) -> None:
    assert not find_reusable(assembly.folder, "others", DeployedStack(STACK, TEMPLATE))


def test_another_deployed_template_synthesizes(assembly: Assembly) -> None:
    """Equal resources are not enough: outputs hold the webhook addresses."""
    for template in (OTHER, {**TEMPLATE, "Outputs": {}}, {**TEMPLATE, "Description": "by hand"}):
        assert not find_reusable(assembly.folder, "the inputs", DeployedStack(STACK, template))


@pytest.mark.parametrize(
    "stack",
    [
        replace(STACK, status="UPDATE_ROLLBACK_COMPLETE"),
        replace(STACK, status="UPDATE_ROLLBACK_FAILED"),
        replace(STACK, status="UPDATE_IN_PROGRESS"),
        replace(STACK, status="a status of tomorrow"),
        replace(STACK, drift="DRIFTED"),
        replace(STACK, name="Acme1-Prod"),
    ],
    ids=str,
)
def test_a_stack_in_doubt_synthesizes(assembly: Assembly, stack: Stack) -> None:
    assert not find_reusable(assembly.folder, "the inputs", DeployedStack(stack, TEMPLATE))


@pytest.mark.parametrize("name", ["platform-inputs.json", "Acme-Prod.template.json"])
@pytest.mark.parametrize("content", [None, "", '{"inputs": ', "[]"])
def test_a_missing_or_incomplete_file_synthesizes(
    assembly: Assembly, name: str, content: str | None
) -> None:
    file = assembly.folder / name
    if content is None:
        file.unlink()
    else:
        file.write_text(content)
    assert not find_reusable(assembly.folder, "the inputs", DeployedStack(STACK, TEMPLATE))


def test_an_assembly_that_is_not_deployed_is_not_recorded(tmp_path: Path) -> None:
    assembly = Assembly(tmp_path, "Acme-Prod", TEMPLATE, "the inputs")
    record_deployed(assembly, OTHER)
    record_deployed(assembly, None)
    record_deployed(replace(assembly, inputs=""), TEMPLATE)
    assert not list(tmp_path.iterdir())


def test_each_input_of_a_synthesis_changes_the_hash(blueprint: Blueprint) -> None:
    hashes = [
        hash_inputs(b"client_id: acme", blueprint, "tool"),
        hash_inputs(b"client_id: acme ", blueprint, "tool"),
        hash_inputs(
            b"client_id: acme", blueprint.with_address_tokens(AddressTokens("a" * 32)), "tool"
        ),
        hash_inputs(b"client_id: acme", replace(blueprint, account="1" * 12), "tool"),
        hash_inputs(b"client_id: acme", blueprint, "another tool"),
    ]
    assert len(set(hashes)) == len(hashes)
    assert hash_inputs(b"client_id: acme", blueprint, "tool") == hashes[0]


def test_each_file_of_the_tool_changes_its_hash(tmp_path: Path) -> None:
    first, second = tmp_path / "a.py", tmp_path / "b.py"
    first.write_text("one")
    second.write_text("two")
    hashes = [hash_tool([first, second]), hash_tool([first]), hash_tool([])]
    second.write_text("three")
    hashes.append(hash_tool([first, second]))
    second.rename(tmp_path / "c.py")
    hashes.append(hash_tool([first, tmp_path / "c.py"]))
    assert len(set(hashes)) == len(hashes)


def test_the_tool_includes_constructs_functions_and_core() -> None:
    names = {"/".join(file.parts[-3:]) for file in list_tool_files()}
    assert {
        "platform_cli/infra/stack.py",
        "lambdas/builder/handler.py",
        "pipeline/build/builder.py",
        "lambdas/requirements/builder.txt",
    } <= names
    assert not any("__pycache__" in name for name in names)
