"""Secrets from a dotenv file: all findings at once, all or nothing, and no value in any output."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_cli.config.dotenv_file import read_dotenv
from platform_cli.errors import Exit, PlatformError
from platform_cli.targets.deployments import Deployments
from platform_cli.targets.secrets import ParameterStore
from platform_cli.targets.target import Target
from tests.cli.conftest import Call

GOOD = "0123456789abcdef-canary"
PATH = "/platform/acme/prod"


class Store:
    """The parameters of the client, in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.refused = ""
        """A parameter whose writing fails."""

    def read(self, path: str) -> tuple[str, datetime] | None:
        return (self.kept[path], datetime.now(UTC)) if path in self.kept else None

    def write(self, path: str, text: str) -> None:
        if path == self.refused:
            raise PlatformError("AWS does not allow ssm:PutParameter")
        self.kept[path] = text

    @property
    def values(self) -> dict[str, str]:
        return {
            path.removeprefix(f"{PATH}/"): json.loads(text)["current"]
            for path, text in self.kept.items()
        }


@pytest.fixture
def store(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The secret store of the workspace's client."""
    store = Store()
    target = Target("aws", "eu-west-1", "111122223333")
    monkeypatch.setattr(Deployments, "open_deployed_target", lambda *_, **__: target)
    monkeypatch.setattr(ParameterStore, "read", lambda _, path: store.read(path))
    monkeypatch.setattr(ParameterStore, "write", lambda _, path, text: store.write(path, text))
    return store


def write(workspace: Path, text: str) -> str:
    (workspace / ".env").write_text(text)
    return ".env"


def test_known_variables_are_set_and_others_are_left_out(
    store: Store, workspace: Path, call: Call
) -> None:
    store.write(f"{PATH}/sanity/read_token", '{"current": "same", "previous": null}')
    file = write(
        workspace,
        f"# secrets\nexport SANITY_WEBHOOK_SECRET='{GOOD}'\n\nSANITY_READ_TOKEN=same\n"
        "NODE_ENV=production\n  SANITY_READ_TOKN=x\n",
    )
    data = call("secrets", "import", "acme", file, "--json").json["data"]
    assert [secret["variable"] for secret in data["set"]] == ["SANITY_WEBHOOK_SECRET"]
    assert data["set"][0]["where"] == ".env:2:1"
    assert [secret["name"] for secret in data["unchanged"]] == ["read_token"]
    assert [(entry["variable"], entry["where"]) for entry in data["unknown"]] == [
        ("NODE_ENV", ".env:5:1"), ("SANITY_READ_TOKN", ".env:6:3"),
    ]  # fmt: skip
    assert data["unknown"][1]["hint"] == "did you mean 'SANITY_READ_TOKEN'?"
    assert store.values == {"sanity/webhook_secret": GOOD, "sanity/read_token": "same"}


def test_a_value_with_a_dollar_sign_is_no_reference(
    store: Store, workspace: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "expanded")
    file = write(workspace, "SANITY_READ_TOKEN='a${HOME}$HOME'\n")
    assert call("secrets", "import", "acme", file).code == Exit.OK
    assert store.values == {"sanity/read_token": "a${HOME}$HOME"}


def test_an_alias_of_a_provider_names_its_secrets(
    store: Store, workspace: Path, call: Call
) -> None:
    file = write(workspace, f"SHOPIFY_WEBHOOK_SECRET={GOOD}\n")
    assert call("secrets", "import", "acme", file).code == Exit.OK
    assert store.values == {"shopify_basic/webhook_secret": GOOD}


def test_all_findings_come_at_once_and_nothing_is_set(
    store: Store, workspace: Path, call: Call
) -> None:
    file = write(
        workspace,
        f"SANITY_READ_TOKEN={GOOD}\nSANITY_WEBHOOK_SECRET=canary\nSANITY_READ_TOKEN=canary2\n"
        "SHOPIFY_BASIC_WEBHOOK_SECRET=\n",
    )
    called = call("secrets", "import", "acme", file)
    assert called.code == Exit.USAGE
    assert [line.split(": ")[0] for line in called.err.splitlines() if ".env:" in line[:5]] == [
        ".env:2:1", ".env:3:1", ".env:4:1",
    ]  # fmt: skip
    assert "canary" not in called.out + called.err
    assert not store.kept


def test_lines_that_are_no_assignment_are_refused_without_a_quote(
    store: Store, workspace: Path, call: Call
) -> None:
    file = write(workspace, f"SANITY_READ_TOKEN={GOOD}\ncanary canary\n\nNAME\nA='canary\n")
    called = call("secrets", "import", "acme", file)
    assert called.code == Exit.USAGE
    assert all(f".env:{line}:1" in called.err for line in (2, 4, 5))
    assert "canary" not in called.out + called.err
    assert not store.kept


def test_a_failure_names_the_secrets_that_were_set_before(
    store: Store, workspace: Path, call: Call
) -> None:
    store.refused = f"{PATH}/sanity/webhook_secret"
    file = write(workspace, f"SANITY_READ_TOKEN=one\nSANITY_WEBHOOK_SECRET={GOOD}\n")
    called = call("secrets", "import", "acme", file)
    assert called.code == Exit.FAILURE
    assert "SANITY_WEBHOOK_SECRET could not be set" in called.err
    assert "set before it: SANITY_READ_TOKEN" in called.err
    assert GOOD not in called.err
    store.refused = ""
    data = call("secrets", "import", "acme", file, "--json").json["data"]
    assert [len(data[key]) for key in ("set", "unchanged")] == [1, 1]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "there is no file"),
        (b"A=\xff", "is not UTF-8"),
        (b"NODE_ENV=production", "no variable of .env is a secret of acme"),
        (b"A=" + b"x" * 2**20, "larger than 1 MB"),
    ],
)
def test_a_file_without_secrets_is_refused(
    store: Store, workspace: Path, call: Call, content: bytes | None, message: str
) -> None:
    if content is not None:
        (workspace / ".env").write_bytes(content)
    called = call("secrets", "import", "acme", ".env")
    assert called.code == Exit.USAGE
    assert message in called.err


@given(text=st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.getbasetemp() / "any.env"
    file.write_text(text, encoding="utf-8", errors="surrogatepass")
    with suppress(PlatformError):
        assert all(variable.name and variable.where for variable in read_dotenv(file))
