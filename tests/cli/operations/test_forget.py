"""The command `forget`: it shows what it erases, asks, and erases nothing else."""

from pathlib import Path
from typing import Any

import pytest

from platform_cli.errors import Exit
from platform_cli.targets.deployments import Deployments
from tests.cli.conftest import Call
from tests.cli.operations.deployed_client import DeployedClient


@pytest.fixture
def kept(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> DeployedClient:
    """The client of the workspace, deployed to a cloud in memory."""
    kept = DeployedClient()
    monkeypatch.setattr(Deployments, "open_deployment", lambda *_, **__: kept.deployed())
    return kept


def test_only_the_named_order_is_erased(kept: DeployedClient, call: Call) -> None:
    order = kept.world.deliver({"kind": "order", "id": "o1"}, "k1")
    other = kept.world.deliver({"kind": "order", "id": "o11"}, "k2")
    called = call("forget", "acme", "--order", "o1", "--yes", "--json")
    output: Any = called.json["data"]
    assert (called.code, [one["id"] for one in output["deliveries"]]) == (Exit.OK, [order])
    assert list(kept.world.deliveries.rows) == [other]


def test_nothing_is_erased_without_a_confirmation(kept: DeployedClient, call: Call) -> None:
    order = kept.world.deliver({"kind": "order", "id": "o1"}, "k1")
    called = call("forget", "acme", "--order", "o1", "--no-input")
    assert called.code == Exit.USAGE
    assert "Type acme to continue" in called.err
    assert list(kept.world.deliveries.rows) == [order]


def test_an_unknown_person_is_no_error(kept: DeployedClient, call: Call) -> None:
    called = call("forget", "acme", "--email", "jane@example.org")
    assert (called.code, "Nothing is stored." in called.err) == (Exit.OK, True)


@pytest.mark.parametrize(
    "words",
    [(), ("--order", ""), ("--email", "jane"), ("--order", "1", "--email", "jane@example.org")],
)
def test_exactly_one_subject_is_named(
    kept: DeployedClient, call: Call, words: tuple[str, ...]
) -> None:
    assert call("forget", "acme", *words).code == Exit.USAGE
