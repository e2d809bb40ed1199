"""Transcripts of the screens at 100 and 80 columns, and with colour.

A screen begins with its answer, has at most 30 lines at 100 columns, and ends with the next
command.
`UPDATE_GOLDEN=1 make test ARGS=tests/cli/screens` rewrites the transcripts.
"""

import os
import re
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from platform_cli.api.clients.content_reports import SiteContentReport
from platform_cli.api.deliveries.events import ReceivedDelivery
from platform_cli.api.deployments.plans import DeployPlan
from platform_cli.api.deployments.statuses import (
    ClientStatus,
    SiteStatus,
    StackStatus,
    WebhookStatus,
)
from platform_cli.api.operations.checks import Check, CheckState
from platform_cli.api.releases.builds import BuildSummary
from platform_cli.blueprint.compose import compose
from platform_cli.commands._arguments import repeat_options
from platform_cli.config.load import load_client
from platform_cli.deploy.assembly import Assembly
from platform_cli.deploy.diff import ChangeAction, ResourceChange
from platform_cli.screen import Flags, Screen
from platform_cli.targets.deployments import Deployments
from platform_cli.targets.target import Target
from platform_cli.views.deliveries import show_deliveries
from platform_cli.views.deployments import show_differences, show_plan, show_planned_next
from platform_cli.views.diagnostics import show_checks
from platform_cli.views.layout import MAX_LINES
from platform_cli.views.releases import show_builds
from platform_cli.views.status import show_status
from platform_cli.workspace import Workspace
from tests.cli.conftest import ACME, Call

GOLDEN = Path(__file__).parent / "golden"
ASKED = ("--need", "budget_conscious", "--need", "simple_needs", "--orders", "40")
ADDRESS = "https://hooks.example/webhooks/sanity"
AT = "2026-11-21T10:15:02.123Z"
CALLS = {
    "recommend": ("recommend", *ASKED),
    "cost": ("cost", "acme", "--usage", "orders=40"),
    "validate": ("validate",),
    "catalog": ("catalog",),
    "catalog-combos": ("catalog", "combos"),
}

BUILDS = [
    BuildSummary(
        f"20261121-1015{number:02}123-7f3a2c", "deploy", 30 - number, status, AT, AT, None, reason,
        12, 1.0, 0.2, 0.0, 21.4, 0.3,
    )
    for number, (status, reason) in enumerate(
        [("failed", "BUILD: Error while executing command: npx eleventy. Reason: exit status 1")]
        + [("succeeded", None), ("skipped", None)] * 10
    )
]  # fmt: skip
DELIVERIES = [
    ReceivedDelivery(
        f"sanity#{number:064x}", "sanity", AT, status, (), 3, reason, f"request-{number}"
    )
    for number, (status, reason) in enumerate(
        [("failed", "sanity.io: the vendor did not answer in time, and five attempts were made")]
        + [("applied", None), ("duplicate", None)] * 10
    )
]
CHECKS = [
    Check("Python", CheckState.OK, "3.11.7 at /usr/bin/python3"),
    Check("Node", CheckState.NOT_OK, "no Node.js was found", "install Node.js 20 or newer"),
    Check("AWS", CheckState.UNKNOWN, "no credentials on this machine", "`aws configure`"),
]
STATUS = ClientStatus(
    client_id="acme",
    environment="prod",
    target="aws",
    stack=StackStatus("Acme-Prod-SanityCmsTier", "UPDATE_COMPLETE", AT),
    site_url="https://acme.example",
    webhook_base_url="https://hooks.example/webhooks",
    webhook_address="https://hooks.example/webhooks/{provider}",
    content_api_url="https://hooks.example",
    site=SiteStatus("idle", "20261121-101502123-7f3a2c", "20261121-101502123-7f3a2c",
                    False, None, None, 0, 7, 7),
    pending=0,
    dead_letters=0,
    webhooks=(WebhookStatus("sanity", "registered", "", AT, 0, ADDRESS),),
    former_webhooks_until=None,
)  # fmt: skip
TROUBLED = replace(
    STATUS,
    site=replace(STATUS.site, state="waiting", failures=2, wanted=9),
    pending=3,
    dead_letters=1,
    ending_deliveries=2,
    next_deletion=AT,
    data_requests=1,
    content=SiteContentReport(
        AT,
        {"draft": 12, "private": 1, "archived": 3, "its date lies ahead": 2},
        {"a block: no words, picture or file": 7},
        {"strae": "strasse"},
    ),
    webhooks=(WebhookStatus("sanity", "missing", "", None, None, ADDRESS),),
    has_file=False,
)
CHANGES = (
    *(
        ResourceChange(ChangeAction.CHANGED, f"Function{number:02}", "AWS::Lambda::Function",
                       ("Code", "Environment"))
        for number in range(22)
    ),
    ResourceChange(ChangeAction.REMOVED, "InboxTable", "AWS::DynamoDB::Table"),
)  # fmt: skip


def make_plan(workspace: Path, *, changes: tuple[ResourceChange, ...], new: bool) -> DeployPlan:
    config = load_client(workspace / "clients" / "acme.yaml")
    blueprint = compose(config)
    return DeployPlan(
        workspace=Workspace(workspace),
        config=config,
        blueprint=blueprint,
        deployments=Deployments(workspace / ".platform"),
        target=Target("aws", "eu-west-1", "123456789012"),
        assembly=Assembly(workspace, blueprint.names.deployment_name, {}),
        changes=changes,
        deployed_template=None if new else {},
    )


def show_plan_screen(screen: Screen, plan: DeployPlan) -> None:
    show_plan(screen, plan)
    show_differences(screen, plan.changes[:2])
    show_planned_next(screen, plan)


Show = Callable[[Screen, Path], None]
VIEWS: dict[str, Show] = {
    "builds": lambda screen, _: show_builds(screen, BUILDS, "acme"),
    "builds-none": lambda screen, _: show_builds(screen, [], "acme"),
    "events": lambda screen, _: show_deliveries(screen, DELIVERIES, "acme"),
    "events-none": lambda screen, _: show_deliveries(screen, [], "acme"),
    "doctor": lambda screen, _: show_checks(screen, CHECKS),
    "status": lambda screen, _: show_status(screen, STATUS),
    "status-troubled": lambda screen, _: show_status(screen, TROUBLED),
    "plan": lambda screen, root: show_plan_screen(
        screen, make_plan(root, changes=CHANGES, new=False)
    ),
    "plan-new": lambda screen, root: show_plan_screen(
        screen, make_plan(root, changes=CHANGES, new=True)
    ),
    "plan-nothing": lambda screen, root: show_plan_screen(
        screen, make_plan(root, changes=(), new=False)
    ),
}


class Terminal(StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def check_transcript(name: str, width: int, text: str) -> None:
    lines = text.rstrip().splitlines()
    file = GOLDEN / f"{name}.{width}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text)
    assert text == file.read_text(), "look at it, then set UPDATE_GOLDEN=1"
    assert re.match(r"[A-Za-z0-9]+ \S", lines[0]), "a screen begins with a sentence"
    if width == 100:
        assert len(lines) <= MAX_LINES
    # A command is never broken, and a warning or a finding is one line.
    free = [line for line in lines if not re.search(r"platform |^warning: ", line)]
    assert all(len(line) <= width for line in free)
    assert "Next: platform " in text


@pytest.mark.parametrize("width", [100, 80])
@pytest.mark.parametrize("name", CALLS)
def test_a_command_answers_first_and_names_the_next_command(
    name: str, width: int, workspace: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    for number in range(20):
        client = f"bravo{number:02}x"
        text = ACME.replace("client_id: acme", f"client_id: {client}")
        text = text.replace("acme.example", f"{client}.example")
        (workspace / "clients" / f"{client}.yaml").write_text(text)
        (workspace / "clients" / client).mkdir()
    called = call(*CALLS[name])
    assert called.code == 0, called.err
    check_transcript(name, width, called.out + called.err)


@pytest.mark.parametrize("width", [100, 80])
@pytest.mark.parametrize("name", VIEWS)
def test_a_view_answers_first_and_names_the_next_command(
    name: str, width: int, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    out = StringIO()
    VIEWS[name](Screen(Flags(), out, out), workspace)
    check_transcript(name, width, out.getvalue())


@pytest.mark.parametrize("name", VIEWS)
def test_colour_changes_no_text(
    name: str, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERM", "xterm")
    out: Any = Terminal()
    VIEWS[name](Screen(Flags(), out, out), workspace)
    coloured = out.getvalue()
    assert "\x1b[1m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == (GOLDEN / f"{name}.100.txt").read_text()


@pytest.mark.parametrize("target", ["aws", "local"])
def test_the_next_command_is_for_the_same_deployment(target: str, workspace: Path) -> None:
    out = StringIO()
    screen, is_local = Screen(Flags(), out, out), target == "local"
    status = replace(TROUBLED, environment="staging", target=target)
    show_status(screen, replace(status, stack=replace(status.stack, status="UPDATE_FAILED")))
    plan = make_plan(workspace, changes=CHANGES, new=False)
    names = replace(plan.blueprint.names, environment="staging")
    plan = replace(plan, blueprint=replace(plan.blueprint, names=names))
    show_planned_next(screen, replace(plan, target=replace(plan.target, name=target)))
    options = repeat_options("staging", local=is_local)
    show_builds(screen, BUILDS, "acme", options=options)
    show_builds(screen, [], "acme", options=options)
    show_deliveries(screen, DELIVERIES, "acme", options=options)
    show_deliveries(screen, [], "acme", options=options)
    commands = re.findall(r"platform .*", out.getvalue())
    assert len(commands) > 7
    assert all(" --env staging" in command for command in commands)
    assert all((" --local" in command) is is_local for command in commands)


def test_details_show_all_rows(workspace: Path) -> None:
    out = StringIO()
    screen = Screen(Flags(), out, out)
    show_builds(screen, BUILDS, "acme", details=True)
    show_deliveries(screen, DELIVERIES, "acme", details=True)
    show_plan(screen, make_plan(workspace, changes=CHANGES, new=False), details=True)
    text = out.getvalue()
    assert all(build.id in text for build in BUILDS)
    assert all(delivery.id in text for delivery in DELIVERIES)
    assert all(change.logical_id in text for change in CHANGES)
    assert "--details" not in text


@pytest.mark.parametrize("name", ["recommend", "cost", "validate", "catalog"])
def test_json_is_the_same_with_details(name: str, workspace: Path, call: Call) -> None:
    arguments = (*CALLS[name], "--json")
    assert call(*arguments).json["data"] == call(*arguments, "--details").json["data"]
