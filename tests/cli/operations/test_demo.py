"""`platform demo` of any client: the content that it publishes, and early refusals."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from platform_cli.config.load import load_client
from platform_cli.deploy import cdk
from platform_cli.errors import Exit, ToolMissing
from platform_cli.sample_deliveries import deliveries
from platform_cli.sample_deliveries.deliveries import SampleDelivery
from platform_cli.views.demo import program_name
from tests.cli.conftest import ACME, Call

CLIENTS = Path(__file__).parents[3] / "clients"
CMS = (
    "  cms_config:\n    provider: sanity\n    settings: {project_id: abc123, dataset: production}\n"
)
SHOP = "    provider: shopify\n    settings: {store_domain: acme.myshopify.com}\n"
CART = "    provider: snipcart\n    settings: {public_api_key: YWNtZQ}\n"


def test_an_unknown_client_is_named(workspace: Path, call: Call) -> None:
    called = call("demo", "acne")
    assert called.code == Exit.USAGE
    assert "there is no client 'acne'" in called.err
    assert "acme" in called.err
    assert not (workspace / ".platform" / "local").exists()


def test_a_client_without_a_provider_has_no_demo(workspace: Path, call: Call) -> None:
    text = ACME.replace(CMS, "").replace("  ecommerce_config:\n" + SHOP, "")
    file = workspace / "clients" / "acme.yaml"
    file.write_text(text.replace("  integration_mode: event_driven\n", ""))
    called = call("demo", "acme")
    assert called.code == Exit.USAGE
    assert "acme has no provider, so no webhook changes its site" in called.err
    assert "platform deploy acme --local" in called.err


def test_a_client_with_only_a_cart_has_no_demo(workspace: Path, call: Call) -> None:
    (workspace / "clients" / "acme.yaml").write_text(ACME.replace(CMS, "").replace(SHOP, CART))
    called = call("demo", "acme")
    assert called.code == Exit.USAGE
    assert "no provider of acme (snipcart) has a recorded delivery that a page shows" in called.err


@pytest.mark.parametrize("file", sorted(CLIENTS.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_example_has_something_to_publish(file: Path) -> None:
    choice = load_client(file).service_integration.cms_config
    assert choice is not None
    found = list(deliveries.list_sample_items(choice.provider, choice.settings))
    assert any(news.kind == "article" for news in found)


def test_a_client_gets_a_delivery_of_its_own_vendor() -> None:
    at = {host: {"repository": f"{host}:acme/journal"} for host in ("github", "gitlab")}
    events = {
        host: {n.event for n in deliveries.list_sample_items("decap", at[host])} for host in at
    }
    assert events == {"github": {"push", "push.added"}, "gitlab": {"gitlab.push"}}


def test_a_title_is_changed_in_every_vendors_format() -> None:
    body = b'{"commits":[{"message":"Update \\u201cOld\\u201d","n":1}],"title":"Old"}'
    retitled = deliveries.with_title(SampleDelivery("push", {}, body), "Old", "New “one”")
    assert retitled.body.decode() == (
        '{"commits":[{"message":"Update “New “one””","n":1}],"title":"New “one”"}'
    )


NODE = """#!/bin/sh
test "$1" = --version && { echo v24.0.0; exit; }
echo run >> "$NPM_RUNS"
sleep 0.2
test -z "$NPM_FAILS" || exit 1
mkdir -p node_modules/aws-cdk/bin && touch node_modules/aws-cdk/bin/cdk
"""
"""A Node whose npm counts its runs and installs an empty CDK CLI."""


@pytest.fixture
def npm_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file that gets a line for each run of npm."""
    node = tmp_path / "node" / "bin" / "node"
    npm = tmp_path / "node" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    for file in (node, npm):
        file.parent.mkdir(parents=True)
    node.write_text(NODE)
    node.chmod(0o755)
    npm.touch()
    monkeypatch.setenv("PATH", f"{node.parent}:/usr/bin:/bin")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("NPM_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("NPM_FAILS", "")
    yield tmp_path / "runs"
    wait_for_background()


def wait_for_background() -> None:
    for thread in threading.enumerate():
        if thread.name == "install-cdk":
            thread.join()


def test_a_deploy_waits_for_the_installation_in_the_background(npm_runs: Path) -> None:
    cdk.install_in_background()
    assert cdk.install_cdk().is_file()
    assert npm_runs.read_text().splitlines() == ["run"]
    assert [path.name for path in cdk.install_folder().parent.iterdir()] == [cdk.pinned_version()]


def test_an_installed_cdk_is_not_installed_again(npm_runs: Path) -> None:
    cdk.install_cdk()
    cdk.install_in_background()
    assert npm_runs.read_text().splitlines() == ["run"]


def test_a_failed_installation_in_the_background_is_reported_by_the_deploy(
    npm_runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NPM_FAILS", "1")
    cdk.install_in_background()
    with pytest.raises(ToolMissing, match="could not be installed"):
        cdk.install_cdk()
    wait_for_background()
    assert list(cdk.install_folder().parent.iterdir()) == []


def test_the_commands_to_try_can_be_pasted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`make demo` calls the program by its path, because the shell does not find its name."""
    monkeypatch.setattr(sys, "argv", [".venv/bin/platform", "demo"])
    monkeypatch.setenv("PATH", str(tmp_path))
    assert program_name() == ".venv/bin/platform"
    program = tmp_path / "platform"
    program.touch(mode=0o755)
    assert program_name() == "platform"
