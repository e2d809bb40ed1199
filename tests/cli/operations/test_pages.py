"""`platform open`: the address of each page, and no browser without a terminal."""

import webbrowser
from dataclasses import replace
from pathlib import Path

import pytest

from platform_cli import api
from platform_cli.errors import Exit, UsageError
from platform_cli.local.addresses import SiteAddresses
from platform_cli.screen import Screen
from platform_cli.targets.deployments import Deployment, Deployments
from platform_core import providers
from platform_core.provider import Kind
from tests.cli.conftest import Call
from tests.cli.operations.deployed_client import DeployedClient
from tests.fakes.vendors import build_settings

LOCAL = SiteAddresses("http://127.0.0.1:8101", "http://127.0.0.1:8102/webhooks", "")


class Place:
    """The client of the workspace, deployed to a target that a test chooses."""

    def __init__(self) -> None:
        self.cloud = DeployedClient()
        self.addresses = LOCAL

    def deployed(self) -> Deployment:
        return replace(self.cloud.deployed(), addresses=self.addresses)

    def move_to_aws(self) -> None:
        self.cloud.is_local = False
        self.cloud.region = "eu-west-1"


@pytest.fixture
def place(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    place = Place()
    monkeypatch.setattr(Deployments, "open_deployment", lambda *_, **__: place.deployed())
    return place


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that a browser was asked to open."""
    opened: list[str] = []

    def open_page(url: str) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr(webbrowser, "open", open_page)
    return opened


@pytest.mark.parametrize(
    ("page", "url"),
    [
        ("site", "http://127.0.0.1:8101/"),
        ("webhooks", "http://127.0.0.1:8102/health"),
        ("cms", "https://www.sanity.io/manage/project/abc123"),
    ],
)
def test_the_address_of_each_page(place: Place, call: Call, page: str, url: str) -> None:
    called = call("open", "acme", page)
    assert (called.code, called.out.strip()) == (Exit.OK, url)
    assert call("open", "acme", page, "--json").json["data"] == {
        "client_id": "acme",
        "page": page,
        "url": url,
        "opened": False,
    }


def test_the_console_shows_the_stack(place: Place, call: Call) -> None:
    place.move_to_aws()
    url = call("open", "acme", "aws").out.strip()
    assert url.startswith("https://eu-west-1.console.aws.amazon.com/cloudformation/home")
    assert url.endswith("filteringText=Acme-Prod")


def test_this_machine_has_no_console(place: Place, call: Call) -> None:
    called = call("open", "acme", "aws")
    assert called.code == Exit.USAGE
    assert "which has no AWS console" in called.err


def test_a_site_without_webhooks_has_no_health_page(place: Place, call: Call) -> None:
    place.addresses = SiteAddresses("http://127.0.0.1:8101", "", "")
    assert call("open", "acme", "webhooks").code == Exit.USAGE


def test_a_client_without_a_cms_has_no_editor(place: Place, workspace: Path, call: Call) -> None:
    file = workspace / "clients" / "acme.yaml"
    text = file.read_text()
    start, end = text.index("  cms_config:"), text.index("  ecommerce_config:")
    file.write_text(text[:start] + text[end:])
    called = call("open", "acme", "cms")
    assert called.code == Exit.USAGE
    assert "acme has no CMS" in called.err


def test_a_program_names_a_known_page(place: Place) -> None:
    with pytest.raises(UsageError, match="no page 'cns'"):
        api.find_page("acme", "cns")


@pytest.mark.parametrize("flags", [[], ["--no-input"], ["--json"]], ids=str)
@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_browser_opens_in_a_terminal_only(
    place: Place,
    call: Call,
    opened: list[str],
    monkeypatch: pytest.MonkeyPatch,
    flags: list[str],
    is_terminal: bool,
) -> None:
    def is_interactive(screen: Screen) -> bool:
        return is_terminal and not (screen.flags.no_input or screen.flags.json)

    monkeypatch.setattr(Screen, "interactive", property(is_interactive))
    call("open", "acme", *flags)
    assert opened == (["http://127.0.0.1:8101/"] if is_terminal and not flags else [])


EDITED = [
    name for name in providers.provider_names() if providers.load_edited_settings(name) is not None
]


def test_every_hosted_cms_has_an_editor_page() -> None:
    assert EDITED
    assert all(providers.load_manifest(name).kind is Kind.CMS for name in EDITED)


@pytest.mark.parametrize("name", EDITED)
def test_an_editor_page_is_an_address(name: str) -> None:
    module = providers.load_edited_settings(name)
    assert module is not None
    page = module.editor_page(build_settings(name), "https://acme.example")
    assert page.startswith("https://")
    assert "//" not in page.removeprefix("https://")
