"""Providers recognize themselves in a site, and read their settings from its texts."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core import providers
from platform_core.provider.site_usage import SiteTexts, SiteUsage

RECOGNIZED = [name for name in providers.provider_names() if providers.load_site_usage(name)]
GATEWAY = """\
backend: {name: git-gateway, branch: main}
media_folder: static/img
public_folder: /img
publish_mode: editorial_workflow
collections:
  - {name: blog, folder: content/blog, fields: []}
  - {name: settings, files: []}
"""


GITLAB = "backend: {name: gitlab, repo: a/b/c, app_id: x1}\ncollections: []"
CONTENTFUL = "contentful.createClient({space: 'k3f9', environmentId: 'dev'})"
TINA = """\
import { defineConfig } from 'tinacms';
export default defineConfig({
  branch: 'next',
  media: { tina: { publicFolder: 'public' } },
  schema: { collections: [{ name: 'posts', path: 'content/posts' }] },
});
"""


def usage_of(name: str, site: SiteTexts) -> SiteUsage:
    module = providers.load_site_usage(name)
    assert module is not None
    usage = module.find_usage(site)
    assert usage is not None
    return usage


def sources(**texts: str) -> SiteTexts:
    """Return a site; `a__js` is the file a.js."""
    return SiteTexts({path.replace("__", "."): text for path, text in texts.items()})


@pytest.mark.parametrize(
    ("name", "site", "settings"),
    [
        (
            "sanity",
            sources(a__ts="// api.sanity.io\nprojectId: 'abc123',\ndataset: \"live\""),
            {"project_id": "abc123", "dataset": "live"},
        ),
        (
            "sanity",
            SiteTexts(
                {"a.js": "sanity projectId: process.env.X || 'abc123'"},
                {"next-sanity": "package.json:3"},
            ),
            {"project_id": "abc123"},
        ),
        (
            "sanity",
            SiteTexts(
                {}, {"sanity": "package.json:3"}, {"NEXT_PUBLIC_SANITY_PROJECT_ID": "abc123"}
            ),
            {"project_id": "abc123"},
        ),
        (
            "contentful",
            SiteTexts({"a.js": CONTENTFUL}, {"contentful": "p"}),
            {"space_id": "k3f9", "environment": "dev"},
        ),
        (
            "contentful",
            sources(a__js="fetch('https://cdn.eu.contentful.com/spaces/k3f9/entries')"),
            {"space_id": "k3f9", "region": "eu"},
        ),
        (
            "strapi",
            SiteTexts(
                {"a.js": "process.env.STRAPI_URL"},
                {},
                {"STRAPI_URL": "https://cms.acme.example/api/"},
            ),
            {"url": "https://cms.acme.example"},
        ),
        (
            "snipcart",
            sources(a__html='<div data-api-key="Zm9v"></div> cdn.snipcart.com/themes/v3.2.1/'),
            {"public_api_key": "Zm9v", "cart_version": "3.2.1"},
        ),
        (
            "foxy",
            sources(a__html="<script src='https://cdn.foxycart.com/fern/loader.js'>"),
            {"store_domain": "fern.foxycart.com"},
        ),
        (
            "foxy",
            sources(a__html="<a href='https://fern.foxycart.com/cart?name=x'>"),
            {"store_domain": "fern.foxycart.com"},
        ),
        (
            "shopify_basic",
            sources(a__js="ShopifyBuy.buildClient({domain: 'fern.myshopify.com'})"),
            {"store_domain": "fern.myshopify.com"},
        ),
        (
            "woocommerce",
            sources(a__js="fetch('https://shop.fern.example/wp-json/wc/v3/products')"),
            {"store_url": "https://shop.fern.example"},
        ),
        (
            "decap",
            SiteTexts({"static/admin/config.yml": GATEWAY}, repository="github:fern/site"),
            {
                "repository": "github:fern/site",
                "branch": "main",
                "folders": {"content/blog": "article"},
                "media_folder": "static",
            },
        ),
        ("decap", sources(config__yml=GITLAB), {"repository": "gitlab:a/b/c", "app_id": "x1"}),
        (
            "tina",
            SiteTexts({"tina/config.ts": TINA}, {}, {"TINA_CLIENT_ID": "c1"}, "github:fern/site"),
            {
                "client_id": "c1",
                "repository": "github:fern/site",
                "folders": {"content/posts": "article"},
                "media_folder": "public",
                "branch": "next",
            },
        ),
    ],
)
def test_a_provider_reads_its_settings(
    name: str, site: SiteTexts, settings: dict[str, Any]
) -> None:
    usage = usage_of(name, site)
    assert usage.settings == settings
    assert usage.evidence
    providers.load_settings(name).Settings.model_validate(usage.settings)


@pytest.mark.parametrize("name", RECOGNIZED)
def test_a_site_without_providers_has_no_usage(name: str) -> None:
    site = sources(index__html="<h1>Hello</h1>", firebase__js="projectId: 'mine', space: 'x'")
    module = providers.load_site_usage(name)
    assert module is not None
    assert module.find_usage(site) is None


@pytest.mark.parametrize(
    ("name", "site", "message"),
    [
        ("sanity", sources(a__js="sanity api.sanity.io\nuseCdn: true"), "its cache"),
        (
            "snipcart",
            sources(a__html="https://cdn.snipcart.com/scripts/2.0/snipcart.js"),
            "version 2",
        ),
        ("decap", sources(config__yml=GATEWAY), "Git Gateway"),
        ("decap", sources(config__yml=GATEWAY), "editorial workflow"),
        (
            "decap",
            sources(config__yml="backend: {name: github}\ncollections: []"),
            "Netlify's server",
        ),
        (
            "decap",
            sources(config__yml="backend: {name: bitbucket}\ncollections: []"),
            "'bitbucket'",
        ),
    ],
)
def test_a_use_that_ends_with_the_move_is_named(name: str, site: SiteTexts, message: str) -> None:
    problems = usage_of(name, site).problems
    named = [problem for problem in problems if message in problem.message]
    assert named
    assert all(problem.way_out and problem.where for problem in named)


def test_a_secret_key_is_no_setting() -> None:
    site = SiteTexts({}, {"snipcart": "p"}, {"SNIPCART_SECRET_KEY": "hunter2"})
    assert usage_of("snipcart", site).settings == {}


WORDS = st.sampled_from(
    [
        "projectId: '",
        "sanity",
        "contentful",
        "backend: {name: ",
        "collections:",
        "\n  - ",
        "&a [*a]",
        "snipcart",
        "https://x.myshopify.com",
        "/wp-json/wc/",
        "tinacms",
        "path: '",
        "{",
        "}",
        "'",
        "\x00",
    ]
)


@given(
    st.dictionaries(
        st.sampled_from(["config.yml", "a.js", "tina/config.ts"]),
        st.lists(WORDS | st.text(max_size=5), max_size=12).map("".join),
    )
)
def test_no_text_raises(texts: dict[str, str]) -> None:
    for name in RECOGNIZED:
        module = providers.load_site_usage(name)
        assert module is not None
        module.find_usage(SiteTexts(texts, {"sanity": "p"}, {"STRAPI_URL": "x"}))
