"""A stack whose tags name another client or environment is never changed.

`acme-1` and `acme1` compute the same stack name. The stack of the first is created here by hand,
with the tags that a deploy sets, and the commands of the second client are run against it.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import yaml

from platform_cli.api.deployments import removals
from platform_cli.api.deployments.plans import DeployPlan
from platform_cli.api.deployments.rollouts import deploy
from platform_cli.api.workspaces import Location
from platform_cli.blueprint.compose import compose
from platform_cli.blueprint.stores import Table
from platform_cli.config.model import ClientServiceConfig
from platform_cli.deploy import teardown
from platform_cli.deploy.assembly import Assembly
from platform_cli.errors import DeployFailed, UsageError
from platform_cli.local.addresses import SiteAddresses
from platform_cli.targets import stack as stacks
from platform_cli.targets.deployments import Deployment, Deployments
from platform_cli.targets.target import local_target
from platform_cli.workspace import Workspace
from tests.infra.clients import SANITY
from tests.local.ground import AwsClients, aws_clients, wait_for

pytestmark = pytest.mark.local

WRITTEN: dict[str, Any] = {
    "client_id": "acme1",
    "company_name": "Acme One Ltd",
    "domain": "acme1.example",
    "contact_email": "web@acme1.example",
    "service_integration": {
        "integration_mode": "event_driven",
        "ssg_engine": "eleventy",
        "cms_config": SANITY,
    },
}
CONFIG = ClientServiceConfig.model_validate(WRITTEN)
BLUEPRINT = compose(CONFIG)
NAME = BLUEPRINT.names.deployment_name
OWN = {"platform:client": "acme1", "platform:environment": "prod"}
OTHERS = [
    OWN | {"platform:client": "acme-1"},
    OWN | {"platform:environment": "staging"},
    {"platform:client": "acme1"},
    {"owner": "somebody"},
    {},
]


@dataclass(frozen=True)
class Place:
    """A workspace with the client `acme1`, and its embedded cloud."""

    root: Path
    ground: Deployments
    aws: AwsClients

    def create(
        self,
        tags: Mapping[str, str],
        name: str = NAME,
        *,
        fails: bool = False,
        more: Mapping[str, Any] = MappingProxyType({}),
    ) -> str:
        """Create a stack of one resource and `more`; return its status."""
        resources: dict[str, Any] = {"Kept": {"Type": "AWS::S3::Bucket"}, **more}
        if fails:
            token = "arn:aws:lambda:us-east-1:000000000000:function:no-such-function"
            resources["Never"] = {"Type": "Custom::Never", "Properties": {"ServiceToken": token}}
        self.aws("cloudformation").create_stack(
            StackName=name,
            TemplateBody=json.dumps({"Resources": resources}),
            Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
        )
        return str(wait_for(lambda: self.settled_status(name)))

    def settled_status(self, name: str = NAME) -> str | None:
        stack = self.aws("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
        status = str(stack["StackStatus"])
        return None if status.endswith("IN_PROGRESS") else status

    def run_failing(self, *arguments: str) -> Any:
        """Run one command, which must fail; return its first finding."""
        flags = ["--local", "--yes", "--json", "--workspace", str(self.root)]
        done = subprocess.run(
            [sys.executable, "-m", "platform_cli", *arguments, "acme1", *flags],
            capture_output=True,
            text=True,
            env={name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        )
        assert done.returncode == 1, done.stdout + done.stderr
        return json.loads(done.stdout)["error"]["findings"][0]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    root = tmp_path_factory.mktemp("workspace")
    (root / "clients").mkdir()
    (root / "clients" / "acme1.yaml").write_text(yaml.safe_dump(WRITTEN))
    ground = Deployments(root / ".platform")
    try:
        with aws_clients(ground.cloud) as aws:
            yield Place(root, ground, aws)
    finally:
        ground.cloud.stop()


@pytest.fixture
def place(workspace: Place) -> Iterator[Place]:
    yield workspace
    cloudformation = workspace.aws("cloudformation")
    for stack in cloudformation.describe_stacks()["Stacks"]:
        cloudformation.delete_stack(StackName=stack["StackName"])
        cloudformation.get_waiter("stack_delete_complete").wait(
            StackName=stack["StackName"], WaiterConfig={"Delay": 1}
        )


@pytest.mark.parametrize("verb", ["plan", "deploy", "destroy"])
def test_a_verb_names_the_owner_and_leaves_the_stack(place: Place, verb: str) -> None:
    place.create(OTHERS[0])
    error = place.run_failing(verb)
    assert f"the stack {NAME} belongs to acme-1 (prod)" in error["message"]
    assert "acme1 (prod) needs that name" in error["message"]
    assert error["where"].startswith("local, account ")
    assert "another client_id" in error["hint"]
    assert place.settled_status() == "CREATE_COMPLETE"


@pytest.mark.parametrize("tags", OTHERS)
def test_a_stack_of_another_owner_is_refused(place: Place, tags: dict[str, str]) -> None:
    place.create(tags)
    target = local_target(place.ground.cloud.ensure_running(), "acme1")
    with pytest.raises(DeployFailed, match=f"the stack {NAME} "):
        stacks.find_stack(target, BLUEPRINT.names)
    with pytest.raises(DeployFailed, match=f"the stack {NAME} "):
        stacks.reject_foreign_stack(target, BLUEPRINT.names)


def test_a_stack_without_tags_is_refused(place: Place) -> None:
    place.create({})
    error = place.run_failing("deploy")
    assert "was not deployed by platform" in error["message"]
    assert "delete that stack" in error["hint"]


def test_a_stack_with_tables_of_the_former_type_is_refused(place: Place) -> None:
    """CloudFormation would refuse the change of type, or delete the table."""
    key = "kind"
    former = {
        "Type": Table.former_resource_type,
        "Properties": {
            "TableName": "acme1-prod-build-batching",
            "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"}],
        },
    }
    place.create(OWN, more={"StoresSiteTable6C241FD6": former})
    error = place.run_failing("deploy")
    assert f"resources of the type {Table.former_resource_type}" in error["message"]
    assert "platform destroy acme1 --env prod --local" in error["hint"]
    assert place.settled_status() == "CREATE_COMPLETE"


def test_an_own_stack_is_found_under_its_old_name(place: Place) -> None:
    """Another client uses the computed name, but this client's stack has an older name."""
    place.create(OTHERS[0])
    place.create(OWN, name="Acme1-Prod-BeforeTheSwap")
    target = local_target(place.ground.cloud.ensure_running(), "acme1")
    found = stacks.find_stack(target, BLUEPRINT.names)
    assert found is not None
    assert found.name == "Acme1-Prod-BeforeTheSwap"


def test_a_client_whose_file_is_gone_is_found_by_its_tags_and_destroyed(place: Place) -> None:
    """The stack has an older name, and there is no deployment record."""
    name = "Ghost-Prod-BeforeTheSwap"
    place.create({"platform:client": "ghost", "platform:environment": "prod"}, name=name)
    where: Location = {"environment": "prod", "local": True, "workspace": place.root}
    plan = removals.plan_destroy("ghost", **where)
    assert (plan.deployed.stack.name, plan.has_file) == (name, False)
    assert removals.destroy(plan).stack == name
    with pytest.raises(UsageError, match=r"ghost has no file in .*is not deployed on local"):
        removals.plan_destroy("ghost", **where)


def test_a_failed_stack_of_another_client_is_not_deleted(place: Place) -> None:
    assert place.create(OTHERS[0], fails=True) == "ROLLBACK_COMPLETE"
    assert "belongs to acme-1 (prod)" in place.run_failing("deploy")["message"]
    assert place.settled_status() == "ROLLBACK_COMPLETE"


def test_an_own_failed_stack_can_be_replaced(place: Place) -> None:
    assert place.create(OWN, fails=True) == "ROLLBACK_COMPLETE"
    stacks.reject_foreign_stack(
        local_target(place.ground.cloud.ensure_running(), "acme1"), BLUEPRINT.names
    )


@pytest.mark.parametrize(("tags", "refused"), [(OTHERS[0], True), (OWN, False), ({}, False)])
def test_tags_decide_the_owner_of_an_unexecuted_change_set(
    place: Place, tags: dict[str, str], refused: bool
) -> None:
    place.aws("cloudformation").create_change_set(
        StackName=NAME,
        ChangeSetName="first",
        ChangeSetType="CREATE",
        TemplateBody=json.dumps({"Resources": {"Kept": {"Type": "AWS::S3::Bucket"}}}),
        Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
    )
    target = local_target(place.ground.cloud.ensure_running(), "acme1")
    if refused:
        with pytest.raises(DeployFailed, match="belongs to acme-1"):
            stacks.reject_foreign_stack(target, BLUEPRINT.names)
    else:
        stacks.reject_foreign_stack(target, BLUEPRINT.names)


def test_a_stack_that_appears_during_confirmation_is_not_changed(
    place: Place, tmp_path: Path
) -> None:
    """Deploy and removal check the owner again after the confirmation and before the change."""
    target = local_target(place.ground.cloud.ensure_running(), "acme1")
    (tmp_path / f"{NAME}.template.json").write_text('{"Resources": {}}')
    assembly = Assembly(tmp_path, NAME, {"Resources": {}})
    plan = DeployPlan(
        workspace=Workspace(place.root),
        config=CONFIG,
        blueprint=BLUEPRINT,
        deployments=place.ground,
        target=target,
        assembly=assembly,
        changes=(),
        deployed_template=None,
    )
    place.create(OTHERS[0])
    with pytest.raises(DeployFailed, match="belongs to acme-1"):
        deploy(plan)
    assert place.ground.get_record(BLUEPRINT.names) is None, "it went on and recorded a deploy"
    stack = stacks.read_stack(target, NAME)
    assert stack is not None
    deployed = Deployment(BLUEPRINT.names, target, stack, SiteAddresses("", "", ""))
    with pytest.raises(DeployFailed, match="belongs to acme-1"):
        teardown.delete_stack(deployed, [], lambda _: None)
    assert place.settled_status() == "CREATE_COMPLETE"
