"""The use cases from a Python program: their names, their progress and their errors."""

import pkgutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from platform_cli import api
from platform_cli.api.deployments.lookup import open_deployments
from platform_cli.api.workspaces import load_config, open_workspace
from platform_cli.blueprint.compose import compose
from platform_cli.deploy.assembly import Assembly
from platform_cli.errors import ConfigError, PlatformError, UsageError
from platform_cli.targets.deployments import Deployments
from platform_cli.targets.target import Target
from tests.cli.operations.deployed_client import DeployedClient


class RecordedProgress:
    """Stores every report."""

    def __init__(self) -> None:
        self.reports: list[str] = []

    @contextmanager
    def step(self, text: str) -> Iterator["RecordedProgress"]:
        self.reports.append(f"begin {text}")
        yield self
        self.reports.append(f"end {text}")

    def note(self, text: str) -> None:
        self.reports.append(text)

    def count(self, items: int) -> None:
        self.reports.append(str(items))

    def warn(self, text: str) -> None:
        self.reports.append(f"warning: {text}")


@pytest.fixture
def cloud(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> DeployedClient:
    """The client of the workspace, deployed to a cloud in memory."""
    cloud = DeployedClient()
    monkeypatch.setattr(Deployments, "open_deployment", lambda *_, **__: cloud.deployed())
    monkeypatch.setattr(time, "sleep", lambda _: None)
    monkeypatch.setattr(time, "time", lambda: cloud.world.clock.now)
    return cloud


def test_every_public_name_loads() -> None:
    assert len(api.__all__) == len(set(api.__all__))
    for name in api.__all__:
        assert getattr(api, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'no_name'"):
        getattr(api, "no" + "_name")


def test_no_function_is_named_like_a_submodule() -> None:
    """Otherwise `api.plan` would be the function or the module, depending on earlier imports."""
    modules = {module.name for module in pkgutil.iter_modules(api.__path__)}
    assert len(modules) > 5
    assert not modules & set(api.__all__)


def test_the_use_cases_print_nothing_and_report_their_steps(
    cloud: DeployedClient, capsys: pytest.CaptureFixture[str]
) -> None:
    delivery = cloud.world.edit("tea", 1)
    cloud.world.ingest.apply_deliveries([delivery])
    cloud.world.clock.sleep(3600)
    progress = RecordedProgress()
    plan = api.plan_replay("acme", api.DeliveryFilter(ids=("shop#tea",)))
    result = api.replay(plan, progress=progress)
    assert [replayed.id for replayed in result.replayed] == [delivery]
    assert progress.reports == [
        "begin Replaying 1 delivery", "1", "end Replaying 1 delivery",
    ]  # fmt: skip
    assert api.replay(plan).skipped[0].id == delivery, "without a progress, in silence"
    assert capsys.readouterr() == ("", "")


def test_a_redrive_works_on_the_listed_entries_only(cloud: DeployedClient) -> None:
    cloud.lie({"Type": "Notification", "TopicArn": "arn"})
    dead_letters = api.list_dead_letters("acme")
    later = cloud.lie({"Type": "Notification", "TopicArn": "arn"})
    result = api.redrive(dead_letters)
    assert [entry.is_now for entry in result.redriven] == ["called again"]
    assert (list(cloud.queue), cloud.hidden) == ([later], set())
    assert api.redrive(dead_letters).redriven == (), "it is gone from the queue"


def test_an_edit_of_the_file_is_seen(workspace: Path) -> None:
    assert load_config("acme").company_name == "Acme Ltd"
    assert load_config("acme", "staging", workspace=workspace).domain == "staging.acme.example"
    file = workspace / "clients" / "acme.yaml"
    file.write_text(file.read_text().replace("Acme Ltd", "Acme and Sons"))
    assert load_config("acme").company_name == "Acme and Sons"
    file.write_text("client_id: acme")
    with pytest.raises(ConfigError):
        load_config("acme")


def test_a_program_names_its_workspace(
    workspace: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    assert open_workspace(str(workspace)) == open_workspace(workspace) == open_workspace()
    with pytest.raises(UsageError):
        api.cloud_status(elsewhere)


def test_a_plan_whose_files_were_synthesized_again_is_refused(workspace: Path) -> None:
    folder = workspace / "cdk.out"
    folder.mkdir()
    (folder / "Acme.template.json").write_text('{"Resources": {"Other": {}}}')
    config = load_config("acme")
    plan = api.DeployPlan(
        workspace=open_workspace(workspace),
        config=config,
        blueprint=compose(config),
        deployments=open_deployments(workspace),
        target=Target("aws", "eu-west-1", "111122223333"),
        assembly=Assembly(folder, "Acme", {"Resources": {}}),
        changes=(),
        deployed_template=None,
    )
    with pytest.raises(PlatformError, match="the plan for Acme is out of date"):
        api.deploy(plan)
