"""The further domains of a site: their rules, and the names that clients and environments share."""

from pathlib import Path

import pytest

from platform_cli import api
from platform_cli.errors import Exit
from tests.cli.conftest import Call

ZONE = "hosted_zone_id: Z0123456789ABC, hosted_zone_name: acme.example"
CERTIFICATE = "certificate_arn: 'arn:aws:acm:us-east-1:111122223333:certificate/a'"


def write_site(workspace: Path, site: str, client: str = "acme") -> None:
    """Write a client with these settings of its site."""
    text = (workspace / "clients" / "acme.yaml").read_text()
    text = text.replace("site: {source: local}", f"site: {{{site}}}").replace(
        "client_id: acme", f"client_id: {client}"
    )
    if client != "acme":
        text = text.replace("domain: acme.example", f"domain: {client}.example")
        text = text.replace("staging.acme.example", f"staging.{client}.example")
        (workspace / "clients" / client).mkdir()
    (workspace / "clients" / f"{client}.yaml").write_text(text)


def test_an_alias_is_normalized(workspace: Path, call: Call) -> None:
    write_site(workspace, "aliases: [WWW.Acme.Example, bücher.example]")
    config = api.describe_client("acme").config
    assert config.site.aliases == ["www.acme.example", "xn--bcher-kva.example"]


@pytest.mark.parametrize(
    ("site", "message"),
    [
        ("aliases: [acme.example]", "is the main domain"),
        ("aliases: [www.acme.example, WWW.acme.example]", "stands twice"),
        (f"{ZONE}, aliases: [acme.org]", "is not part of the hosted zone acme.example"),
        ("aliases: ['https://acme.org/']", "is a URL, not a domain"),
        ("aliases: [" + ", ".join(f"a{n}.example" for n in range(11)) + "]", "10"),
    ],
)
def test_a_wrong_alias_is_refused_at_its_place(
    workspace: Path, call: Call, site: str, message: str
) -> None:
    write_site(workspace, site)
    called = call("validate", "acme")
    assert called.code == Exit.USAGE
    assert message in called.err
    assert "acme.yaml:" in called.err


def test_two_clients_cannot_have_one_alias(workspace: Path, call: Call) -> None:
    write_site(workspace, f"{CERTIFICATE}, aliases: [shop.example]")
    write_site(workspace, "aliases: [shop.example]", client="bravo")
    called = call("validate")
    assert "bravo and acme have the same domain, shop.example" in called.err


def test_an_alias_is_not_the_domain_of_another_client(workspace: Path, call: Call) -> None:
    write_site(workspace, "source: local", client="bravo")
    write_site(workspace, "aliases: [bravo.example]")
    assert "have the same domain, bravo.example" in call("validate").err


def test_an_environment_with_a_domain_of_its_own_inherits_no_alias_silently(
    workspace: Path, call: Call
) -> None:
    write_site(workspace, f"{CERTIFICATE}, aliases: [www.acme.example]")
    assert "acme has the same domain in prod and staging, www.acme.example" in call("validate").err
    file = workspace / "clients" / "acme.yaml"
    text = file.read_text().replace(
        "{domain: staging.acme.example}", "{domain: staging.acme.example, site: {aliases: []}}"
    )
    file.write_text(text)
    assert "www.acme.example" not in call("validate").err
