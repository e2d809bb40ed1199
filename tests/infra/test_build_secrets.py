"""The secrets of a site's build: a reference in the template, and one role that can read them."""

import json
from pathlib import Path
from typing import Any

import pytest

from platform_cli.blueprint.compose import compose
from platform_core import contract
from tests.infra.clients import EMBEDDED, SANITY, Synthesized, client, synthesize, text
from tests.infra.test_permissions import role_of, statements

READ_TOKEN = "/platform/plum-orchard/prod/build/sanity/read_token"


def asking(**site: Any) -> Any:
    """Return the blueprint of a client in direct mode, with these settings of its site."""
    integration = {"integration_mode": "direct", "ssg_engine": "astro", "cms_config": SANITY}
    return compose(client(service_integration=integration, site=site))


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    return synthesize(asking(content="api"), tmp_path_factory.mktemp("without"))


@pytest.fixture(scope="module")
def with_secret(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    blueprint = asking(content="api", build_secrets=["sanity.read_token"])
    return synthesize(blueprint, tmp_path_factory.mktemp("with"))


def readers(stack: Synthesized, path: str) -> set[tuple[str, str]]:
    """Return the roles that may read a parameter, and the action."""
    return {
        (role["RoleName"].removeprefix("plum-orchard-"), action)
        for role in stack.of_type("AWS::IAM::Role").values()
        for action, resource in statements(role)
        if action.startswith("ssm:") and resource.endswith(f":parameter{path}")
    }


def test_only_the_role_of_the_build_reads_its_copy(with_secret: Synthesized) -> None:
    assert readers(with_secret, READ_TOKEN) == {("prod-build", "ssm:GetParameters")}
    own = "/platform/plum-orchard/prod/sanity/read_token"
    assert readers(with_secret, own) == {("prod-builder", "ssm:GetParameter")}
    secrets = [
        resource
        for action, resource in statements(role_of(with_secret, "build"))
        if action.startswith("ssm:")
    ]
    assert len(secrets) == 1, "the build reads nothing but the named secret"


def test_the_build_decrypts_only_its_parameters_through_ssm(with_secret: Synthesized) -> None:
    [decrypts] = [
        statement
        for policy in role_of(with_secret, "build")["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Action"] == ["kms:Decrypt"]
    ]
    conditions = decrypts["Condition"]["StringEquals"]
    [parameter] = conditions["kms:EncryptionContext:PARAMETER_ARN"]
    assert text(parameter).endswith(f":parameter{READ_TOKEN}")


def test_the_variable_is_a_reference(with_secret: Synthesized) -> None:
    project = with_secret.one("AWS::CodeBuild::Project")
    variables = {each["Name"]: each for each in project["Environment"]["EnvironmentVariables"]}
    expected = {"Name": "SANITY_READ_TOKEN", "Type": "PARAMETER_STORE", "Value": READ_TOKEN}
    assert variables["SANITY_READ_TOKEN"] == expected
    assert variables[contract.BUILD_SECRETS]["Value"] == "SANITY_READ_TOKEN"
    assert contract.PROVIDER_API not in variables
    *_, check, publish = json.loads(project["Source"]["BuildSpec"])["phases"]["build"]["commands"]
    assert (".platform/secret_check.py" in check, "publish" in publish) == (True, True)


def test_a_client_without_build_secrets_has_the_same_roles_and_project(
    without: Synthesized, tmp_path: Path
) -> None:
    """The golden templates show the same for the roles of today's clients, byte for byte."""
    feed = synthesize(asking(), tmp_path)
    for kind in ("AWS::IAM::Role", "AWS::CodeBuild::Project", "AWS::Lambda::Function"):
        assert without.of_type(kind) == feed.of_type(kind)


def test_a_build_on_this_machine_learns_the_address_of_the_simulated_vendors(
    tmp_path: Path,
) -> None:
    stack = synthesize(asking(content="api").for_target(EMBEDDED, "0" * 12), tmp_path)
    variables = stack.one("AWS::CodeBuild::Project")["Environment"]["EnvironmentVariables"]
    assert {"Name": contract.PROVIDER_API, "Value": EMBEDDED.provider_api_url} in [
        {key: value for key, value in each.items() if key != "Type"} for each in variables
    ]


def test_a_preview_reads_only_the_secrets_that_it_names(tmp_path: Path) -> None:
    """The live build cannot read the token of drafts, and a preview not that of the live build."""
    integration = {"integration_mode": "direct", "ssg_engine": "astro", "cms_config": SANITY}
    site = {"content": "api", "build_secrets": ["sanity.read_token"]}
    preview = {"build_secrets": ["sanity.drafts_token"]}
    stack = synthesize(
        compose(client(service_integration=integration, site=site, preview=preview)), tmp_path
    )
    copy = "/platform/plum-orchard/prod/build/sanity/drafts_token"
    assert readers(stack, copy) == {("prod-preview-build", "ssm:GetParameters")}
    assert readers(stack, READ_TOKEN) == {("prod-build", "ssm:GetParameters")}
    # The builder reads drafts for the snapshot of a preview.
    own = "/platform/plum-orchard/prod/sanity/drafts_token"
    assert readers(stack, own) == {("prod-builder", "ssm:GetParameter")}


def test_without_previews_no_function_reads_the_token_of_drafts(with_secret: Synthesized) -> None:
    assert readers(with_secret, "/platform/plum-orchard/prod/sanity/drafts_token") == set()
