"""`site.content: api` and `site.build_secrets`: what a client's file may say."""

from pathlib import Path

import pytest

from platform_cli.blueprint.compose import compose
from platform_cli.blueprint.model import Builds
from platform_cli.config.load import load_client
from platform_cli.engines import STARTER
from platform_cli.errors import ConfigError
from platform_cli.site_source.client_site import site_engine

START = """\
client_id: acme
company_name: Acme
domain: acme.example
contact_email: web@acme.example
"""
SANITY = """\
service_integration:
  ssg_engine: astro
  cms_config: {provider: sanity, settings: {project_id: zp7mbokg, dataset: production}}
"""
NO_CMS = "service_integration: {ssg_engine: astro}\n"
FOXY = """\
service_integration:
  integration_mode: event_driven
  ssg_engine: astro
  ecommerce_config: {provider: foxy, settings: {store_domain: acme.foxycart.com}}
"""


def write(tmp_path: Path, site: str, providers: str = SANITY, preview: str = "null") -> Path:
    file = tmp_path / "acme.yaml"
    file.write_text(f"{START}{providers}site: {site}\npreview: {preview}\n")
    return file


def test_the_default_is_the_feed_without_secrets(tmp_path: Path) -> None:
    site = load_client(write(tmp_path, "{}")).site
    assert (site.content, site.build_secrets) == ("feed", [])


def test_a_secret_that_no_manifest_names_is_a_secret_of_its_provider(tmp_path: Path) -> None:
    config = load_client(write(tmp_path, "{content: api, build_secrets: [sanity.viewer]}"))
    [binding] = next(p for p in compose(config).parts if isinstance(p, Builds)).bindings
    assert binding.build_secrets == {"viewer": "SANITY_VIEWER"}
    assert "viewer" in binding.secrets
    assert "viewer" not in binding.readable, "no function reads it"


def test_a_site_keeps_the_name_of_its_variable(tmp_path: Path) -> None:
    site = "{content: api, build_secrets: [sanity.read_token as SANITY_API_TOKEN]}"
    config = load_client(write(tmp_path, site))
    [binding] = next(p for p in compose(config).parts if isinstance(p, Builds)).bindings
    assert binding.build_secrets == {"read_token": "SANITY_API_TOKEN"}


@pytest.mark.parametrize(
    ("site", "message"),
    [
        ("{build_secrets: [sanity.read_token]}", "requires content: api"),
        ("{content: api, build_secrets: [strapi.read_token]}", "no provider of this client"),
        ("{content: api, build_secrets: [sanity.webhook_secret]}", "never given to a build"),
        ("{content: api, build_secrets: [sanity.manage_token]}", "never given to a build"),
        ("{content: api, build_secrets: [sanity.drafts_token]}", "which never goes live"),
        (
            "{content: api, build_secrets: [sanity.a, sanity.a]}",
            "or the variable SANITY_A, twice",
        ),
        ("{content: api, build_secrets: [SANITY_READ_TOKEN]}", "names no secret of a provider"),
        (
            "{content: api, build_secrets: [sanity.a], env: {SANITY_A: open}}",
            "or the variable SANITY_A, twice",
        ),
        ("{content: api, build_secrets: [sanity.a as PATH]}", "set by the build itself"),
        ("{content: api, build_secrets: [sanity.a as 2A]}", "not the name of a variable"),
        ("{content: api, env: {BUILD_SECRETS: NONE}}", "set by the build itself"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, site: str, message: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load_client(write(tmp_path, site))
    assert message in str([finding.message for finding in refused.value.findings])


def test_a_build_that_asks_an_api_needs_a_provider(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="requires a provider"):
        load_client(write(tmp_path, "{content: api}", NO_CMS))


@pytest.mark.parametrize(("providers", "each"), [(SANITY, False), (FOXY, True)])
def test_without_a_listing_each_event_builds(tmp_path: Path, providers: str, each: bool) -> None:
    config = load_client(write(tmp_path, "{content: api}", providers))
    part = next(part for part in compose(config).parts if isinstance(part, Builds))
    assert (part.asks_api, part.builds_each_event) == (True, each)


# --- previews ------------------------------------------------------------------------------------


def test_a_preview_gets_the_secrets_that_it_names_and_no_others(tmp_path: Path) -> None:
    site = "{content: api, build_secrets: [sanity.read_token]}"
    preview = "{build_secrets: [sanity.drafts_token as SANITY_READ_TOKEN]}"
    for written, expected in (("{}", {}), (preview, {"drafts_token": "SANITY_READ_TOKEN"})):
        config = load_client(write(tmp_path, site, preview=written))
        [binding] = next(p for p in compose(config).parts if isinstance(p, Builds)).bindings
        assert binding.preview_secrets == expected
        assert binding.build_secrets == {"read_token": "SANITY_READ_TOKEN"}
        assert set(binding.copied_secrets) == {"read_token", *expected}
        assert "drafts_token" not in binding.readable, "only the builder of previews reads it"


def test_a_preview_with_secrets_is_searched_for_them(tmp_path: Path) -> None:
    preview = "{build_secrets: [sanity.drafts_token]}"
    for written, is_searched in (("{}", False), (preview, True)):
        config = load_client(write(tmp_path, "{content: api}", preview=written))
        part = next(part for part in compose(config).parts if isinstance(part, Builds))
        assert ("secret_check.py" in str(part.buildspec)) is is_searched
        engine = site_engine(config, STARTER)
        assert engine.buildspec() == part.buildspec, "the facts of the site name this buildspec"


@pytest.mark.parametrize(
    ("site", "names", "message"),
    [
        ("{}", "sanity.drafts_token", "requires content: api"),
        ("{content: api}", "strapi.drafts_token", "no provider of this client"),
        ("{content: api}", "sanity.webhook_secret", "never given to a build"),
        ("{content: api}", "sanity.a, sanity.a", "or the variable SANITY_A, twice"),
        ("{content: api, env: {SANITY_A: open}}", "sanity.a", "or the variable SANITY_A, twice"),
    ],
)
def test_a_mistake_of_a_preview_is_named(
    tmp_path: Path, site: str, names: str, message: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        load_client(write(tmp_path, site, preview=f"{{build_secrets: [{names}]}}"))
    [finding] = refused.value.findings
    assert message in finding.message
    assert ":9:" in finding.where, "the line of preview"
