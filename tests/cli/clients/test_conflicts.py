"""Names that two clients of a workspace would share."""

import re
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_cli.api.clients.conflicts import require_own_names
from platform_cli.config.conflicts import find_conflicts, split_environment
from platform_cli.config.model import ClientServiceConfig
from platform_cli.errors import ConfigError
from platform_cli.workspace import Workspace
from tests.cli.conftest import ACME, Call

IDS = st.from_regex(r"[ab](-?[1a])?-?(1|prod|dev)", fullmatch=True).filter(lambda id_: len(id_) > 2)
DOMAINS = st.sampled_from(["one.example", "two.example", "ONE.example."])


def add_client(workspace: Path, client_id: str, domain: str | None = None) -> None:
    text = ACME.replace("client_id: acme", f"client_id: {client_id}")
    text = text.replace("acme.example", f"{domain or client_id}.example")
    (workspace / "clients" / f"{client_id}.yaml").write_text(text)
    (workspace / "clients" / client_id).mkdir()


def record_deployment(workspace: Path, client_id: str) -> None:
    record = workspace / ".platform" / "deployments" / f"{client_id}-prod.json"
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text("{}")


def test_ids_that_differ_in_hyphens_share_a_stack_name(workspace: Path, call: Call) -> None:
    add_client(workspace, "bravo-1")
    add_client(workspace, "bravo1")
    called = call("validate")
    assert called.code == 2
    message = (
        r"clients/bravo1.yaml:\d+:\d+: bravo1 and bravo-1 have the same stack name, Bravo1-Prod-"
    )
    assert re.search(message, called.err)


def test_the_deployed_client_keeps_the_name(workspace: Path, call: Call) -> None:
    add_client(workspace, "bravo-1")
    add_client(workspace, "bravo1")
    record_deployment(workspace, "bravo1")
    called = call("validate")
    assert re.search(r"clients/bravo-1.yaml:\d+:\d+: bravo1 and bravo-1 have", called.err)
    record_deployment(workspace, "bravo-1")
    called = call("validate")
    assert called.code == 0
    assert "have the same stack name" in called.err


def test_one_client_is_compared_with_all(workspace: Path, call: Call) -> None:
    add_client(workspace, "bravo", domain="acme")
    assert call("validate", "acme").code == 0
    called = call("validate", "bravo")
    assert called.code == 2
    assert "clients/bravo.yaml:" in called.err
    assert "bravo and acme have the same domain, acme.example" in called.err


def set_fields(workspace: Path, client_id: str, *replacements: tuple[str, str]) -> None:
    file = workspace / "clients" / f"{client_id}.yaml"
    text = file.read_text()
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text)


ZONE = ("source: local", "source: local, hosted_zone_id: Z123, hosted_zone_name: acme.example")


def test_the_finding_stands_at_the_field_of_the_client_that_has_to_change(
    workspace: Path, call: Call
) -> None:
    """The new client's staging has the domain, and the deployed client has it in production."""
    add_client(workspace, "bravo", domain="staging.acme")
    record_deployment(workspace, "bravo")
    called = call("validate")
    assert called.code == 2
    line = ACME.splitlines().index("  staging: {domain: staging.acme.example}") + 1
    assert f"clients/acme.yaml:{line}:21: bravo and acme have the same domain" in called.err


@pytest.mark.parametrize("is_valid", [True, False])
def test_a_deployed_client_keeps_its_names_from_a_new_shorter_id(
    workspace: Path, call: Call, is_valid: bool
) -> None:
    """The prefix is that of the id, whether or not the rest of the file is valid."""
    add_client(workspace, "acme-prod", domain="other")
    record_deployment(workspace, "acme-prod")
    if not is_valid:
        set_fields(workspace, "acme-prod", ("ssg_engine: eleventy", "ssg_engine: elevnty"))
    called = call("validate", "acme")
    assert called.code == 2
    assert re.search(r"clients/acme.yaml:3:\d+: acme-prod is also the prefix of", called.err)
    assert "choose another client_id: acme-prod has its names already" in called.err


def test_a_deployed_client_keeps_a_domain_that_no_distribution_has(
    workspace: Path, call: Call
) -> None:
    """Without a certificate AWS accepts it, so a working client stays deployable."""
    add_client(workspace, "bravo", domain="acme")
    record_deployment(workspace, "acme")
    record_deployment(workspace, "bravo")
    called = call("validate")
    assert called.code == 0
    assert "bravo and acme have the same domain, acme.example" in called.err
    for client_id in ("acme", "bravo"):
        set_fields(workspace, client_id, ZONE)
    called = call("validate")
    assert called.code == 2
    assert re.search(r"clients/bravo.yaml:\d+:\d+: bravo and acme have the same domain", called.err)


def test_environments_with_one_served_domain_are_a_warning(workspace: Path, call: Call) -> None:
    """CloudFront accepts it for one of them; the other one may be on this machine only."""
    own = ("staging: {domain: staging.acme.example}", "staging: {}")
    set_fields(workspace, "acme", own)
    assert "the same domain" not in call("validate").err
    set_fields(workspace, "acme", ZONE)
    called = call("validate")
    assert called.code == 0
    assert "acme has the same domain in prod and staging, acme.example" in called.err


def test_a_local_deploy_may_have_any_domain(workspace: Path) -> None:
    add_client(workspace, "bravo", domain="acme")
    opened = Workspace(workspace)
    assert require_own_names(opened, "bravo", is_deployed=False, is_local=True) == []
    with pytest.raises(ConfigError, match="the same domain"):
        require_own_names(opened, "bravo", is_deployed=False, is_local=False)


@pytest.mark.parametrize("client_id", ["acme-prod", "north-staging", "north-dev"])
def test_a_new_client_does_not_end_in_an_environment(
    workspace: Path, call: Call, client_id: str
) -> None:
    called = call("new-client", client_id, "--cms", "decap", "--no-input")
    assert called.code == 2
    assert "ends in the name of an environment" in called.err
    assert not (workspace / "clients" / f"{client_id}.yaml").exists()
    add_client(workspace, client_id)
    assert call("validate", client_id).code == 2
    record_deployment(workspace, client_id)
    called = call("validate", client_id)
    assert called.code == 0
    assert client_id in called.err


def config(client_id: str, domain: str) -> ClientServiceConfig:
    return ClientServiceConfig.model_validate(
        {
            "client_id": client_id,
            "company_name": "Any",
            "domain": domain,
            "contact_email": "web@any.example",
            "service_integration": {"ssg_engine": "hugo"},
        }
    )


@given(st.dictionaries(IDS, DOMAINS, max_size=6))
def test_each_pair_with_a_shared_name_has_a_conflict(clients: dict[str, str]) -> None:
    configs = [config(client_id, domain) for client_id, domain in clients.items()]
    conflicts = find_conflicts({"prod": one} for one in configs)
    shared = [
        {one.client_id, two.client_id}
        for one, two in combinations(configs, 2)
        if one.deployment_name == two.deployment_name or one.domain == two.domain
    ]
    sides = [side for conflict in conflicts for side in (conflict.first, conflict.second)]
    assert all(side.hint for side in sides)
    involved = {side.client_id for side in sides}
    assert set().union(*shared) <= involved
    suffixed = {id_ for id_ in clients if split_environment(id_)[0] in clients}
    assert involved <= set().union(
        suffixed, {split_environment(id_)[0] for id_ in suffixed}, *shared
    )


@pytest.mark.parametrize("label", ["aws:team", "AWS:team", "platform:client"])
def test_a_label_that_aws_or_platform_reserves_is_refused(
    workspace: Path, call: Call, label: str
) -> None:
    file = workspace / "clients" / "acme.yaml"
    file.write_text(file.read_text().replace("team: north", f'"{label}": north'))
    called = call("validate")
    assert called.code == 2
    assert label in called.err
