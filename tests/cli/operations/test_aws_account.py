"""The AWS account that this machine is signed in to: its region and its quotas."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from platform_cli.api.operations.aws_checks import check_aws
from platform_cli.targets.target import NoCredentials, aws_target


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "no secret")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, object]]:
    """An AWS account on loopback; the dictionary names its quotas."""
    quotas: dict[str, object] = {"executions": 1000, "builds": 20}
    server = ThreadingHTTPServer(("127.0.0.1", 0), Account)
    server.quotas = quotas  # type: ignore[attr-defined]
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    yield quotas
    server.shutdown()
    server.server_close()


class Account(BaseHTTPRequestHandler):
    """Answers GetCallerIdentity, GetAccountSettings and GetServiceQuota."""

    def do_GET(self) -> None:
        executions = self.server.quotas["executions"]  # type: ignore[attr-defined]
        if isinstance(executions, str):
            self._reply(400, {"__type": executions, "message": "refused"})
        else:
            self._reply(200, {"AccountLimit": {"ConcurrentExecutions": executions}})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        if "x-amz-target" not in self.headers:
            text = "<R><GetCallerIdentityResult><Account>111122223333</Account>"
            self._reply(200, text + "</GetCallerIdentityResult></R>")
            return
        builds = self.server.quotas["builds"]  # type: ignore[attr-defined]
        if isinstance(builds, str):
            self._reply(400, {"__type": builds, "message": "refused"})
        else:
            self._reply(200, {"Quota": {"Value": builds}})

    def _reply(self, status: int, document: object) -> None:
        body = (document if isinstance(document, str) else json.dumps(document)).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Suppress the server's log."""


@pytest.mark.usefixtures("account")
def test_the_region_comes_from_the_variable_that_the_hint_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.delenv("AWS_REGION", raising=False)
    with pytest.raises(NoCredentials, match="no AWS region") as refused:
        aws_target()
    assert "set AWS_REGION" in refused.value.findings[0].hint
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    assert aws_target().region == "eu-west-1"
    assert aws_target("eu-central-1").region == "eu-central-1"


@pytest.mark.parametrize(
    ("builds", "verdict", "advice"),
    [
        (20.0, "ok", ""),
        (1.0, "ok", "clients wait for each other"),
        (0.0, "not ok", "no site can be built"),
        ("NoSuchResourceException", "could not check", "L-5ED1D25B"),
    ],
)
def test_the_doctor_reads_the_quota_of_builds(
    account: dict[str, object],
    monkeypatch: pytest.MonkeyPatch,
    builds: object,
    verdict: str,
    advice: str,
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    account["builds"] = builds
    checks = {check.name: check for check in check_aws()}
    assert checks["AWS"].found == "account 111122223333, eu-west-1"
    assert checks["CodeBuild quota"].verdict == verdict
    assert bool(checks["CodeBuild quota"].advice) is bool(advice)
    assert advice in checks["CodeBuild quota"].advice


@pytest.mark.parametrize(("executions", "is_advised"), [(1000, False), (10, True)])
def test_the_doctor_reads_the_quota_of_functions(
    account: dict[str, object],
    monkeypatch: pytest.MonkeyPatch,
    executions: int,
    is_advised: bool,
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    account["executions"] = executions
    [check] = [check for check in check_aws() if check.name == "Lambda quota"]
    assert str(executions) in check.found
    assert bool(check.advice) is is_advised


@pytest.mark.parametrize("code", ["AccessDeniedException", "OptInRequired", "ServiceException"])
@pytest.mark.parametrize("refused", ["executions", "builds"])
def test_a_quota_that_cannot_be_read_is_no_failure_and_hides_no_other(
    account: dict[str, object], monkeypatch: pytest.MonkeyPatch, refused: str, code: str
) -> None:
    """A new account is not subscribed to every service yet."""
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    account[refused] = code
    verdicts = {check.name: str(check.verdict) for check in check_aws()}
    is_lambda = refused == "executions"
    assert verdicts == {
        "AWS": "ok",
        "Lambda quota": "could not check" if is_lambda else "ok",
        "CodeBuild quota": "ok" if is_lambda else "could not check",
    }


def test_the_doctor_asks_nothing_without_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    assert [check.name for check in check_aws()] == ["AWS"]
