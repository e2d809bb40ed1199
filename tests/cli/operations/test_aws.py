"""Errors of AWS as a person sees them: addresses, accounts and refusals. No cloud is needed."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from uuid import uuid4

import pytest
from botocore.exceptions import WaiterError

from platform_cli.api.deployments.refusals import reject_changed_types, require_certificate_region
from platform_cli.blueprint.compose import compose
from platform_cli.blueprint.stores import Table
from platform_cli.errors import DeployFailed, PlatformError
from platform_cli.local.addresses import SiteAddresses
from platform_cli.operations.releases import INVOCATION_TIMEOUT_SECONDS
from platform_cli.targets import deployments
from platform_cli.targets import stack as stacks
from platform_cli.targets.deployments import Deployments, aws_addresses
from platform_cli.targets.stack import Stack
from platform_cli.targets.target import (
    NoCredentials,
    NotAllowed,
    ServiceUnavailable,
    Target,
    aws_target,
    has_credentials,
)
from platform_core import contract
from tests.infra.clients import client


def test_a_site_without_providers_is_deployed_without_an_api() -> None:
    stack = Stack("Acme-Prod-HugoTemplate", "CREATE_COMPLETE", {contract.OUT_SITE_URL: "https://a"})
    assert aws_addresses(stack) == SiteAddresses("https://a", "", "")


@pytest.fixture
def answering() -> Iterator[Callable[[str, str], Target]]:
    """A service on loopback that answers every call with one AWS error."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()

    def target(code: str, said: str) -> Target:
        server.said = f"<Error><Code>{code}</Code><Message>{said}</Message></Error>"  # type: ignore[attr-defined]
        return on_aws(f"http://127.0.0.1:{server.server_port}")

    yield target
    server.shutdown()
    server.server_close()


class Refusing(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        body = f"<ErrorResponse>{self.server.said}</ErrorResponse>".encode()  # type: ignore[attr-defined]
        self.send_response(403)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Suppress the server's log."""


def on_aws(endpoint: str | None = None, region: str = "eu-west-1") -> Target:
    return Target("aws", region, "111122223333", endpoint_url=endpoint)


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "no secret")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))


def test_a_missing_permission_is_reported_as_an_expected_error(
    answering: Callable[[str, str], Target],
) -> None:
    target = answering("AccessDenied", "not authorized to perform: cloudformation:DescribeStacks")
    with pytest.raises(NotAllowed, match="does not allow cloudformation:DescribeStacks") as refused:
        stacks.read_stack(target, "Acme-Prod-HugoTemplate")
    assert "docs/aws.md" in refused.value.findings[0].hint


def test_an_expired_session_asks_to_sign_in(answering: Callable[[str, str], Target]) -> None:
    target = answering("ExpiredToken", "The security token included in the request is expired")
    with pytest.raises(NoCredentials, match="expired") as refused:
        stacks.read_stack(target, "Acme-Prod-HugoTemplate")
    assert "aws sso login" in refused.value.findings[0].hint


def test_an_unreachable_service_is_named() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        target = on_aws(f"http://127.0.0.1:{nobody.getsockname()[1]}")
        with pytest.raises(ServiceUnavailable, match="cloudformation does not respond") as refused:
            stacks.read_stack(target, "Acme-Prod-HugoTemplate")
    assert "network" in refused.value.findings[0].hint
    assert "sign in" not in refused.value.findings[0].hint


def test_a_call_without_credentials_asks_to_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service was not asked at all, so it is not the one that does not respond."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(NoCredentials, match="Unable to locate credentials") as refused:
        stacks.read_stack(on_aws("http://127.0.0.1:1"), "Acme-Prod-HugoTemplate")
    assert "sign in" in refused.value.findings[0].hint


def test_a_slow_response_is_awaited_without_a_retry() -> None:
    """A function may run for minutes; a second call would repeat its work."""
    config = on_aws().client("lambda", timeout_seconds=INVOCATION_TIMEOUT_SECONDS).meta.config
    assert config.read_timeout > 300
    assert config.retries["total_max_attempts"] == 1
    assert on_aws().client("lambda").meta.config.read_timeout < 300


def test_an_unknown_profile_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    assert has_credentials(), "somebody meant to have some"
    with pytest.raises(NoCredentials, match="nobody"):
        aws_target("eu-west-1")


def test_the_embedded_cloud_ignores_an_unknown_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    keys = {"AWS_ACCESS_KEY_ID": "owner", "AWS_SECRET_ACCESS_KEY": "local"}
    local = Target("local", "us-east-1", "000000000000", "http://127.0.0.1:1", variables=keys)
    assert local.client("s3").meta.region_name == "us-east-1"


def test_no_network_is_not_no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", address)
        with pytest.raises(ServiceUnavailable, match="AWS does not respond") as refused:
            aws_target("eu-west-1")
    assert "network" in refused.value.findings[0].hint
    assert "sign in" not in refused.value.findings[0].hint


class NeverDeleted:
    """A CloudFormation client whose stack cannot be deleted."""

    def get_paginator(self, _: str) -> "NeverDeleted":
        return self

    def paginate(self, **_: str) -> list[dict[str, object]]:
        return [{"Stacks": [{"StackName": "Acme", "StackStatus": "ROLLBACK_COMPLETE"}]}]

    def update_termination_protection(self, **_: object) -> None:
        """Do nothing."""

    def delete_stack(self, **_: object) -> None:
        """Do nothing."""

    def get_waiter(self, _: str) -> "NeverDeleted":
        return self

    def wait(self, **arguments: dict[str, int]) -> None:
        config = arguments["WaiterConfig"]
        assert config["Delay"] * config["MaxAttempts"] >= 1800, "a distribution takes long"
        raise WaiterError("StackDeleteComplete", "Max attempts exceeded", {})

    def describe_stack_events(self, **_: object) -> dict[str, object]:
        event = {"ResourceStatus": "DELETE_FAILED", "LogicalResourceId": "Distribution"}
        return {"StackEvents": [event | {"ResourceStatusReason": "it is still enabled"}]}


def test_the_remains_of_a_stack_that_stay_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Target, "client", lambda *_: NeverDeleted())
    with pytest.raises(DeployFailed, match="Acme could not be deleted: Distribution: it is still"):
        stacks.delete_failed_stack(on_aws(), "Acme")


def test_a_client_stays_in_its_region_and_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The region of the last deploy overrides the profile's region. Other accounts are refused."""
    asked: list[str | None] = []

    def signed_in(region: str | None = None) -> Target:
        asked.append(region)
        return on_aws(region=region or "us-east-1")

    monkeypatch.setattr(deployments, "aws_target", signed_in)
    ground, names = Deployments(tmp_path), compose(client()).names
    assert ground.open_target_for_deploy(names, local=False).region == "us-east-1"
    ground.save_record(names, on_aws(region="eu-west-1"))
    assert ground.open_target_for_deploy(names, local=False).region == "eu-west-1"
    assert asked == [None, "eu-west-1"]
    ground.save_record(names, replace(on_aws(), account="999988887777"))
    with pytest.raises(PlatformError, match="deployed to account 999988887777"):
        ground.open_target_for_deploy(names, local=False)


def test_a_stack_with_tables_of_the_former_type_is_refused_with_the_way_to_move_them() -> None:
    def template(type_: str) -> dict[str, object]:
        return {"Resources": {"StoresSiteTable": {"Type": type_}}}

    former, planned = template(Table.former_resource_type), template(Table.resource_type)
    names = replace(compose(client()).names, environment="staging")
    with pytest.raises(DeployFailed, match=r"of the type AWS::DynamoDB::Table, and") as refused:
        reject_changed_types(on_aws(), names, former, planned)
    command = "`platform destroy plum-orchard --env staging`, then deploy again"
    assert command in refused.value.findings[0].hint
    reject_changed_types(on_aws(), names, planned, planned)
    reject_changed_types(on_aws(), names, None, planned)


def test_a_certificate_that_cloudfront_does_not_support_is_refused_before_a_deploy() -> None:
    zone = {"hosted_zone_id": "Z0123456789ABC", "hosted_zone_name": "plum-orchard.example"}
    made_here = compose(client(site=zone))
    with pytest.raises(DeployFailed, match="needs a certificate in us-east-1") as refused:
        require_certificate_region(on_aws(region="eu-west-1"), made_here)
    assert "site.certificate_arn" in refused.value.findings[0].hint
    require_certificate_region(on_aws(region="us-east-1"), made_here)
    arn = f"arn:aws:acm:us-east-1:111122223333:certificate/{uuid4()}"
    named = compose(client(site=zone | {"certificate_arn": arn}))
    require_certificate_region(on_aws(region="eu-west-1"), named)
    require_certificate_region(on_aws(region="eu-west-1"), compose(client()))
