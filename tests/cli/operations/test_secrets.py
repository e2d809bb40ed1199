"""Secrets: two valid values during a rotation, and no value in any output."""

import base64
import io
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from platform_cli.api.operations.secrets import find_weakness, set_secret
from platform_cli.blueprint.compose import binding
from platform_cli.errors import PlatformError, UsageError
from platform_cli.screen import Flags, Screen
from platform_cli.targets.deployments import Deployments
from platform_cli.targets.secrets import (
    GRACE_SECONDS,
    BuildCopies,
    ClientSecrets,
    ParameterStore,
    SecretStatus,
    make_random_secret,
)
from platform_cli.targets.target import Target
from platform_cli.views.vendors import show_secrets
from platform_core import providers
from platform_core.webhooks.request import WEBHOOK_SECRET
from tests.fakes.vendors import build_settings

NOW = 1_800_000_000.0


@dataclass
class Memory:
    """A secret store in memory."""

    kept: dict[str, str] = field(default_factory=dict)

    def read(self, path: str) -> tuple[str, datetime] | None:
        if path not in self.kept:
            return None
        return self.kept[path], datetime.fromtimestamp(NOW, UTC)

    def write(self, path: str, text: str) -> None:
        self.kept[path] = text


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def safe(memory: Memory) -> ClientSecrets:
    return ClientSecrets(memory, "acme", "prod", lambda: NOW)


def test_a_secret_is_stored_at_the_path_that_the_functions_read(
    safe: ClientSecrets, memory: Memory
) -> None:
    safe.set_value("sanity", "webhook_secret", "s3cret")
    assert memory.kept == {
        "/platform/acme/prod/sanity/webhook_secret": '{"current": "s3cret", "previous": null}'
    }


@dataclass
class Parameters:
    """A target with the one call of SSM that writes a parameter."""

    written: list[dict[str, object]] = field(default_factory=list)

    def client(self, _: str) -> "Parameters":
        return self

    def put_parameter(self, **arguments: object) -> None:
        self.written.append(arguments)


def test_a_large_secret_becomes_an_advanced_parameter() -> None:
    """A standard parameter holds 4 KB: a rotation of a key of 2.1 KB has more."""
    target = Parameters()
    ParameterStore(target).write("/p", "x" * 8192)  # type: ignore[arg-type]
    [arguments] = target.written
    assert arguments["Tier"] == "Intelligent-Tiering"


def test_a_secret_that_no_parameter_holds_is_refused_in_words() -> None:
    target = Parameters()
    with pytest.raises(PlatformError, match="takes 8194 bytes with its previous value") as refused:
        ParameterStore(target).write("/p", "é" * 4097)  # type: ignore[arg-type]
    assert "secretsmanager" in refused.value.findings[0].hint
    assert not target.written


def test_the_old_value_is_valid_for_a_week_after_a_rotation(safe: ClientSecrets) -> None:
    safe.set_value("sanity", "webhook_secret", "old")
    assert safe.rotate_value("sanity", "webhook_secret", "new") == NOW + GRACE_SECONDS
    assert safe.get_current_value("sanity", "webhook_secret") == "new"
    description = safe.describe("sanity", "webhook_secret")
    assert description.previous_until == NOW + GRACE_SECONDS


def test_the_old_value_is_invalid_after_the_grace_period(
    safe: ClientSecrets, memory: Memory
) -> None:
    safe.set_value("sanity", "webhook_secret", "old")
    safe.rotate_value("sanity", "webhook_secret", "new")
    later = ClientSecrets(memory, "acme", "prod", lambda: NOW + GRACE_SECONDS + 1)
    assert later.describe("sanity", "webhook_secret").previous_until is None


def test_a_revocation_ends_the_old_value_now(safe: ClientSecrets, memory: Memory) -> None:
    safe.set_value("sanity", "webhook_secret", "leaked")
    safe.rotate_value("sanity", "webhook_secret", "new")
    assert safe.revoke_previous_value("sanity", "webhook_secret")
    assert "leaked" not in str(memory.kept)
    assert not safe.revoke_previous_value("sanity", "webhook_secret")
    assert safe.get_current_value("sanity", "webhook_secret") == "new"


def test_output_never_contains_a_value(safe: ClientSecrets) -> None:
    safe.set_value("sanity", "webhook_secret", "canary")
    safe.rotate_value("sanity", "webhook_secret", "canary-two")
    assert "canary" not in repr(safe.describe("sanity", "webhook_secret"))


def test_a_missing_secret_explains_how_to_set_it(safe: ClientSecrets) -> None:
    assert not safe.describe("sanity", "read_token").is_set
    with pytest.raises(PlatformError) as refused:
        safe.get_current_value("sanity", "read_token")
    assert refused.value.findings[0].hint == "platform secrets set acme sanity read_token"


def test_an_empty_secret_is_refused(safe: ClientSecrets, memory: Memory) -> None:
    with pytest.raises(PlatformError, match="empty"):
        safe.set_value("sanity", "webhook_secret", "")
    assert memory.kept == {}


# --- values that are easy to guess ---------------------------------------------------------------

STANDARD_KEY = "whsec_" + base64.b64encode(bytes(range(24))).decode()
GIT = {"repository": "github:acme/site"}
GITLAB = {"repository": "gitlab:acme/site"}
TINACLOUD = {**GIT, "webhooks": "tinacloud"}
GOOD = [
    ("decap", GIT, "0123456789abcdef"), ("decap", GIT, "sixteen \u00e9\u00e9\u00e9 letters"),
    ("generic", {}, STANDARD_KEY), ("generic", {}, STANDARD_KEY.removeprefix("whsec_")),
    ("generic", {}, "whsec_" + "0123456789abcdef" * 4), ("tina", TINACLOUD, "0123456789abcdef"),
    ("decap", GITLAB, STANDARD_KEY), ("snipcart", {}, "0123456789abcdef"),
]  # fmt: skip
WEAK = [
    ("decap", GIT, "a"), ("decap", GIT, "0123456789abcde"), ("decap", GIT, ""),
    ("decap", GIT, " "), ("decap", GIT, "\t" * 20), ("decap", GIT, "\u2003" * 20),
    ("decap", GIT, "\0" * 20), ("decap", GIT, " 0123456789abcdef"),
    ("decap", GIT, "0123456789abcdef\n"), ("generic", {}, "whsec_YQ=="), ("generic", {}, "whsec_"),
    ("generic", {}, "whsec_" + base64.b64encode(bytes(23)).decode()),
    ("generic", {}, "no base64, and long enough"), ("decap", GITLAB, "whsec_YWFhYWFhYWFhYWFh"),
    ("snipcart", {}, "short"), ("sanity", {}, "s3cret"),
]  # fmt: skip


@pytest.mark.parametrize(("provider", "settings", "value"), GOOD)
def test_a_long_random_secret_is_taken(provider: str, settings: Any, value: str) -> None:
    assert find_weakness(binding(provider, settings), WEBHOOK_SECRET, value) == ""


@pytest.mark.parametrize(("provider", "settings", "value"), WEAK)
def test_a_secret_that_is_easy_to_guess_is_refused(
    provider: str, settings: Any, value: str
) -> None:
    assert find_weakness(binding(provider, settings), WEBHOOK_SECRET, value)


@pytest.mark.parametrize("provider", providers.provider_names())
def test_no_provider_takes_a_blank_or_short_secret(provider: str) -> None:
    weak = ("", " ", "a" * 15, " " + "k" * 40, "whsec_")
    bound = binding(provider, build_settings(provider, {}).model_dump(exclude_unset=True))
    assert all(find_weakness(bound, WEBHOOK_SECRET, value) for value in weak)
    assert find_weakness(bound, WEBHOOK_SECRET, make_random_secret()) == ""


def test_vendors_choose_the_length_of_their_own_tokens() -> None:
    bound = binding("sanity", {})
    assert find_weakness(bound, "read_token", "short") == ""
    assert find_weakness(bound, "read_token", "short ")


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("read_token", "a token of the vendor ", "remove it"),
        ("webhook_secret", "short", "use a random value"),
    ],
)
def test_a_refused_secret_comes_with_its_own_remedy(
    name: str, value: str, hint: str, workspace: Path, memory: Memory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    target = Target("aws", "eu-west-1", "111122223333")
    monkeypatch.setattr(Deployments, "open_deployed_target", lambda *_, **__: target)
    monkeypatch.setattr(ParameterStore, "write", lambda _, path, text: memory.write(path, text))
    with pytest.raises(UsageError) as refused:
        set_secret("acme", "sanity", name, value)
    assert refused.value.findings[0].hint.startswith(hint)
    assert not memory.kept


def test_the_weakness_is_found_in_the_one_read_of_the_row(
    safe: ClientSecrets, memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SSM decrypts 40 parameters a second."""
    safe.set_value("sanity", "webhook_secret", "short")
    reads: list[str] = []
    read = memory.read

    def count_and_read(path: str) -> tuple[str, datetime] | None:
        reads.append(path)
        return read(path)

    monkeypatch.setattr(memory, "read", count_and_read)
    status = safe.describe("sanity", "webhook_secret", lambda value: f"has {len(value)} characters")
    assert status.weakness == "has 5 characters"
    assert len(reads) == 1
    assert safe.describe("sanity", "webhook_secret").weakness == ""


def test_only_the_secret_of_deliveries_is_said_to_verify_them() -> None:
    out = io.StringIO()
    set_at = datetime.fromtimestamp(NOW, UTC)
    statuses = [
        SecretStatus("sanity", name, set_at, weakness="begins or ends with white space")
        for name in ("webhook_secret", "manage_token")
    ]
    show_secrets(Screen(Flags(), out, out), statuses)
    first, second = [line for line in out.getvalue().splitlines() if "platform secrets" in line]
    assert "Deliveries are still verified with it" in first
    assert "Deliveries" not in second


BUILD_COPY = "/platform/acme/prod/build/sanity/read_token"


@pytest.fixture
def parameters() -> Memory:
    """The store of the build's copies."""
    return Memory()


@pytest.fixture
def shared(memory: Memory, parameters: Memory) -> ClientSecrets:
    """Secrets of which the build gets one."""
    copies = BuildCopies(parameters, (("sanity", "read_token"),))
    return ClientSecrets(memory, "acme", "prod", lambda: NOW, copies)


def test_a_build_gets_a_parameter_with_the_current_value_alone(
    shared: ClientSecrets, parameters: Memory
) -> None:
    shared.set_value("sanity", "webhook_secret", "proof")
    assert parameters.kept == {}
    shared.set_value("sanity", "read_token", "first")
    assert parameters.kept == {BUILD_COPY: "first"}
    shared.rotate_value("sanity", "read_token", "second")
    assert parameters.kept == {BUILD_COPY: "second"}
    assert shared.describe("sanity", "read_token").previous_until == NOW + GRACE_SECONDS


def test_a_deploy_copies_what_was_set_before_the_build_got_it(
    safe: ClientSecrets, shared: ClientSecrets, parameters: Memory
) -> None:
    safe.set_value("sanity", "read_token", "early")
    shared.refresh_build_copies()
    assert parameters.kept == {BUILD_COPY: "early"}


def test_a_deploy_without_the_secret_of_its_build_says_how_to_set_it(
    shared: ClientSecrets,
) -> None:
    with pytest.raises(PlatformError, match="read_token of sanity is not set") as refused:
        shared.refresh_build_copies()
    assert refused.value.findings[0].hint == "platform secrets set acme sanity read_token"
