"""Loading a client's file: environments, aliases, flat keys and text values."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from platform_cli.config.client_names import Environment
from platform_cli.config.load import load_client, load_environments
from platform_cli.config.model import (
    ClientServiceConfig,
    IntegrationMode,
    ManagementModel,
    ServiceTier,
    ServiceType,
)
from platform_cli.errors import ConfigError, Exit, Finding
from tests.cli.conftest import ACME

SMALL = """\
client_id: acme
company_name: Acme
domain: acme.example
contact_email: web@acme.example
service_integration: {ssg_engine: hugo}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "acme.yaml"


def loaded(file: Path, text: str, environment: str | None = None) -> ClientServiceConfig:
    file.write_text(text)
    return load_client(file, environment)


def messages(file: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        loaded(file, text)
    assert caught.value.exit_code is Exit.USAGE
    return [finding.message for finding in caught.value.findings]


def test_every_field_arrives(file: Path) -> None:
    config = loaded(file, ACME)
    assert config.company_name == "Acme Ltd"
    assert config.service_tier is ServiceTier.TIER1
    assert config.labels == {"team": "north"}
    chosen = config.service_integration
    assert chosen.integration_mode is IntegrationMode.EVENT_DRIVEN
    assert chosen.cms_config
    assert chosen.cms_config.settings == {"project_id": "abc123", "dataset": "production"}


def test_computed_names_follow_the_rules(file: Path) -> None:
    config = loaded(file, ACME)
    assert config.service_type is ServiceType.COMPOSED_STACK
    assert config.stack_type == "sanity_shopify_basic_composed_stack"
    assert config.deployment_name == "Acme-Prod-SanityShopifyBasicComposedStack"
    assert config.resource_prefix == "acme-prod"
    assert config.model_dump(mode="json")["stack_type"] == config.stack_type


def test_provider_alias_is_resolved(file: Path) -> None:
    shop = loaded(file, ACME).service_integration.ecommerce_config
    assert shop
    assert shop.provider == "shopify_basic"


def test_minimal_file_uses_defaults(file: Path) -> None:
    config = loaded(file, SMALL)
    assert config.environment is Environment.PROD
    assert config.management_model is ManagementModel.SELF_MANAGED
    assert config.service_integration.integration_mode is IntegrationMode.DIRECT
    assert config.service_type is ServiceType.TEMPLATE
    assert config.site.source == "local"
    assert config.builds.bulk_threshold == 10


def test_environment_overrides_are_merged(file: Path) -> None:
    text = ACME + "  dev:\n    builds: {grace_seconds: 0}\n    labels: {stage: yes}\n"
    file.write_text(text)
    configs = load_environments(file)
    assert list(configs) == ["prod", "staging", "dev"]
    assert configs["prod"].domain == "acme.example"
    assert configs["staging"].domain == "staging.acme.example"
    assert configs["staging"].deployment_name == "Acme-Staging-SanityShopifyBasicComposedStack"
    assert configs["dev"].builds.grace_seconds == 0
    assert configs["dev"].builds.bulk_threshold == 10
    assert configs["dev"].labels == {"team": "north", "stage": "yes"}


def test_environment_without_overrides_equals_the_base(file: Path) -> None:
    config = loaded(file, SMALL, "dev")
    assert (config.environment, config.domain) == (Environment.DEV, "acme.example")


def test_another_provider_in_an_environment_inherits_no_settings(file: Path) -> None:
    text = ACME + (
        "  dev:\n    service_integration:\n      cms_config:\n"
        "        {provider: decap, settings: {repository: 'github:acme/site'}}\n"
    )
    file.write_text(text)
    cms = load_environments(file)["dev"].service_integration.cms_config
    assert cms
    assert cms.settings == {"repository": "github:acme/site"}


def test_environment_can_remove_a_provider(file: Path) -> None:
    text = ACME + "  dev: {service_integration: {ecommerce_config: null}}\n"
    file.write_text(text)
    assert load_environments(file)["dev"].stack_type == "sanity_cms_tier"


def test_error_in_one_environment_rejects_the_file(file: Path) -> None:
    assert messages(file, ACME + "  dev: {domain: nowhere}\n") == [
        "'nowhere' is not a full domain name"
    ]


def test_flat_keys_are_accepted(file: Path) -> None:
    flat = SMALL.replace("service_integration: {ssg_engine: hugo}", "ssg_engine: hugo")
    config = loaded(file, flat + "integration_mode: event_driven\n")
    assert config.service_integration.ssg_engine == "hugo"
    assert config.service_integration.integration_mode is IntegrationMode.EVENT_DRIVEN


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("365", "365"),
        ("1.10", "1.10"),
        ("007", "007"),
        ("no", "no"),
        ("Yes", "Yes"),
        ("true", "true"),
        ("2026-11-21", "2026-11-21"),
        ("12:30", "12:30"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("'  Acme '", "Acme"),
        ("Ünïcödé 会社", "Ünïcödé 会社"),
    ],
)
def test_text_is_not_converted(file: Path, written: str, meant: str) -> None:
    text = SMALL.replace("company_name: Acme", f"company_name: {written}")
    assert loaded(file, text).company_name == meant


@pytest.mark.parametrize("nothing", ["", "~", "null"])
def test_null_is_not_text(file: Path, nothing: str) -> None:
    text = SMALL.replace("company_name: Acme", f"company_name: {nothing}")
    assert messages(file, text) == ["company_name must be text"]


def test_no_is_a_language_code(file: Path) -> None:
    assert loaded(file, SMALL + "site: {language: no}\n").site.language == "no"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Acme.Example", "acme.example"),
        ("acme.example.", "acme.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("a.b-c.example", "a.b-c.example"),
    ],
)
def test_domains_are_normalized(file: Path, written: str, meant: str) -> None:
    assert loaded(file, SMALL.replace("acme.example\n", f"{written}\n", 1)).domain == meant


@pytest.mark.parametrize(
    "wrong",
    [
        "acme", "acme..example", "-acme.example", "a_b.example", "*.acme.example", "10.0.0.1",
        "acme.example/x", "acme.example:80", "user@acme.example", f"{'a' * 64}.example",
        f"{'a.' * 127}example", "'acme example.com'", "http://acme.example",
    ],
)  # fmt: skip
def test_invalid_domain_is_rejected(file: Path, wrong: str) -> None:
    assert len(messages(file, SMALL.replace("acme.example\n", f"{wrong}\n", 1))) == 1


@pytest.mark.parametrize(
    "wrong",
    ["web", "@acme.example", "web@", "a@b@acme.example", ".a@acme.example", "a b@c.example"],
)
def test_invalid_email_is_rejected(file: Path, wrong: str) -> None:
    assert len(messages(file, SMALL.replace("web@acme.example", f"'{wrong}'"))) == 1


@pytest.mark.parametrize(
    "wrong",
    ["../acme", "/etc/acme", "Acme", "a", "ab", "a--b", "1ab", "acme-", "ac_me", "a" * 33, "ac me"],
)
def test_invalid_client_id_is_rejected(tmp_path: Path, wrong: str) -> None:
    file = tmp_path / f"{Path(wrong).name}.yaml"
    findings = messages(file, SMALL.replace("client_id: acme", f"client_id: '{wrong}'"))
    assert f"{wrong!r} is not a valid client id" in findings


def test_provider_validates_its_settings(file: Path) -> None:
    findings = messages(file, ACME.replace("project_id: abc123", "project_id: Not An Id"))
    assert findings == ["'Not An Id' is not a valid project id"]


def test_secrets_are_masked_in_findings(file: Path) -> None:
    canary = "canary-0123456789"
    for place in (
        ACME.replace("dataset: production", f"read_token: {canary}"),
        ACME + f"webhook_secret: {canary}\n",
        ACME + f"secret: |\n  {canary}\n  {canary}\n",
        ACME + f'api_token: "{canary[:8]}\n  {canary[8:]}"\n',
        ACME.replace("environment: prod", f"environment: {{token: {canary}}}"),
        ACME + f"token: {canary}: x\n",
        ACME.replace("client_id: acme", "client_id: sk_live_canary0123456789"),
        ACME.replace("domain: acme.example", "domain: ghp_canary0123456789canary"),
    ):
        file.write_text(place)
        with pytest.raises(ConfigError) as caught:
            load_client(file)
        assert "canary" not in repr(caught.value.findings), place


def test_declared_setting_is_not_a_secret(file: Path) -> None:
    assert loaded(file, ACME.replace("dataset: production", "dataset: production-token"))


def test_alias_expansion_is_rejected(file: Path) -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]"
        for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    findings = messages(file, "\n".join(lines))
    assert "the anchor &a is not allowed" in findings


def test_large_file_is_rejected(file: Path) -> None:
    assert messages(file, "x: " + "y" * 300_000) == [
        "is larger than 256 KiB, the limit for a client's file"
    ]


def test_a_missing_file_is_a_finding(file: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_client(file)
    assert caught.value.findings[0].message == "cannot be read: No such file or directory"


LINES = st.sampled_from([*ACME.splitlines(), "- x", "  {", "}", "a: *b", "? [x]: y", "---", "%TAG"])
KEYS = st.sampled_from(
    [
        "client_id",
        "environments",
        "site",
        "service_integration",
        "environment",
        "labels",
        "cms_config",
    ]
)
JSONLIKE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(KEYS | st.text(), inner),
    max_leaves=10,
)


def holds_or_is_refused(file: Path, raw: bytes) -> None:
    """Assert that any input yields a config or findings with a position."""
    file.write_bytes(raw)
    findings: tuple[Finding, ...] = ()
    try:
        load_client(file)
    except ConfigError as error:
        findings = error.findings
    assert all(finding.message and finding.where for finding in findings)


ANY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)


@ANY
@given(st.lists(LINES).map("\n".join))
def test_any_order_of_lines_loads_or_is_rejected(file: Path, text: str) -> None:
    holds_or_is_refused(file, text.encode())


@ANY
@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_load_or_are_rejected(file: Path, raw: bytes) -> None:
    holds_or_is_refused(file, raw)


@ANY
@given(st.dictionaries(KEYS, JSONLIKE))
def test_any_values_load_or_are_rejected(file: Path, values: dict[str, object]) -> None:
    whole = {"client_id": "acme", "ssg_engine": "hugo", **values}
    holds_or_is_refused(file, json.dumps(whole).encode())


def test_a_budget_needs_somebody_to_write_to(file: Path) -> None:
    with pytest.raises(ConfigError, match="budget_usd_per_month requires notify_email"):
        loaded(file, SMALL + "budget_usd_per_month: 20\n")
    both = SMALL + "budget_usd_per_month: 20\nnotify_email: ops@acme.example\n"
    assert loaded(file, both).budget_usd_per_month == 20


@pytest.mark.parametrize("wrong", ["0", "-1", "much", "1e9", ".nan", ".inf"])
def test_a_budget_is_a_positive_amount(file: Path, wrong: str) -> None:
    with pytest.raises(ConfigError, match="budget_usd_per_month"):
        loaded(file, SMALL + f"notify_email: ops@acme.example\nbudget_usd_per_month: {wrong}\n")
