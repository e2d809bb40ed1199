"""Unpublished content: only a preview with drafts reads it, with a token of its own."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from platform_core import providers
from platform_core.content.model import ContentStatus, UnifiedContent
from platform_core.contract import DRAFTS_TOKEN
from platform_core.contract.status import PreviewStatus
from platform_core.errors import SecretMissing, VendorRefused, VendorUnavailable
from platform_core.http import HttpResponse
from platform_core.pipeline.actions import StartPreview
from platform_core.pipeline.preview.previews import Previews
from platform_core.pipeline.vendors import ClientProviders, load_vendors
from platform_core.providers.sanity.settings import Settings
from tests.fakes.pipeline.previews import PreviewWorld
from tests.fakes.pipeline.vendor import article
from tests.fakes.vendors import World, build_settings, recordings, request, unsigned

SANITY_DRAFT = b'{"_id": "drafts.about", "_type": "page", "title": "About us, again"}'
WITH_TOKEN = ("contentful", "sanity", "strapi")


def world_with_draft(provider: str) -> World:
    """Return a vendor whose editors have saved a change without publishing it."""
    world = World(provider)
    match provider:
        case "sanity":
            draft = request(SANITY_DRAFT, {"sanity-webhook-signature": "t=1795000000000,v1=x"})
        case "contentful":
            draft = unsigned(recordings("contentful")["Entry.save"])
        case _:
            draft = unsigned(recordings("strapi")["entry.update.draft"])
    world.double.record(draft)
    return world


def client_of(world: World) -> ClientProviders:
    settings = build_settings(world.provider).model_dump(mode="json", exclude_unset=True)
    return ClientProviders(
        client_id="acme",
        environment="dev",
        known=load_vendors({world.provider: settings}),
        secret=lambda provider, name: name,
        http=world.http,
        clock=lambda: 0.0,
    )


def titles(items: Any) -> set[str]:
    return {item.title for item in items}


DRAFTS = {
    "contentful": "About us, again",
    "sanity": "About us, again",
    "strapi": "The first snow",
}


@pytest.mark.parametrize("provider", WITH_TOKEN)
def test_a_draft_is_in_the_listing_of_drafts_only(provider: str) -> None:
    client = client_of(world_with_draft(provider))
    published, drafts = list(client.listing()), list(client.list_with_drafts())
    assert DRAFTS[provider] not in titles(published)
    assert DRAFTS[provider] in titles(drafts)
    # What is published and has no draft stays in the preview.
    assert titles(published) & titles(drafts)
    assert {item.status for item in drafts} == {ContentStatus.DRAFT}


@pytest.mark.parametrize("provider", WITH_TOKEN)
def test_each_listing_has_its_own_token(provider: str) -> None:
    world = world_with_draft(provider)
    tokens: set[str] = set()

    def note_token(method: str, url: str, **more: Any) -> HttpResponse:
        tokens.add(more["headers"]["authorization"])
        return world.http(method, url, **more)

    client = replace(client_of(world), http=note_token)
    list(client.listing())
    assert tokens == {"Bearer read_token"}
    tokens.clear()
    list(client.list_with_drafts())
    assert tokens == {f"Bearer {DRAFTS_TOKEN}"}


@pytest.mark.parametrize("provider", WITH_TOKEN)
def test_a_token_without_the_right_is_named(provider: str) -> None:
    client = replace(client_of(World(provider)), http=lambda *_, **__: HttpResponse(403, b"{}", {}))
    with pytest.raises(VendorRefused, match=f"{provider} refuses to list drafts.* 403"):
        list(client.list_with_drafts())


def test_a_vendor_with_drafts_names_its_secret_as_optional() -> None:
    for name in providers.provider_names():
        needs = providers.load_manifest(name).needs
        tokens = [need for need in needs.secrets if need.name == DRAFTS_TOKEN]
        assert all(not token.required for token in tokens)
        assert needs.drafts or not tokens
        assert needs.drafts is False or needs.listing


def test_content_of_vendors_without_drafts_comes_from_where_the_site_has_it() -> None:
    """A cart beside the CMS in event-driven mode has its products in the content table."""
    client = client_of(world_with_draft("strapi"))
    mug = article("mug", 1, "Mug", provider_name="cart")
    stale = article("tea", 1, "A stored document", provider_name="strapi")
    found = titles(client.list_with_drafts(lambda: iter([mug, stale])))
    assert {"Mug", DRAFTS["strapi"]} <= found
    assert "A stored document" not in found


def test_the_perspective_has_the_name_of_its_api_version() -> None:
    assert Settings(project_id="a").drafts_perspective == "drafts"
    earlier = Settings(project_id="a", api_version="2021-06-07")
    assert earlier.drafts_perspective == "previewDrafts"


# --- a preview -----------------------------------------------------------------------------------


class DraftWorld(PreviewWorld):
    """A live site, and a vendor with a draft."""

    def __init__(self, read: Callable[[], Any]) -> None:
        super().__init__()
        assert self.desk.previews is not None
        ports = replace(self.desk.previews, drafts=read)
        self.desk = replace(self.desk, previews=ports)
        self.previews = Previews(self.desk, ports)
        self.edit("tea", 1)
        self.settle(3)

    def start(self, *, drafts: bool) -> Any:
        order = StartPreview("hash", "source/a.zip", 7, 20, drafts=drafts)
        report = self.previews.start(order)
        assert report.drafts is drafts
        return self.preview_store.rows[report.id]

    def content_of(self, attempt: str) -> str:
        return str(self.data.get(f"snapshots/{attempt}.json"))


def secret_page() -> UnifiedContent:
    return article("secret", 1, "Not yet public", status=ContentStatus.DRAFT)


def test_a_preview_with_drafts_shows_them_and_nothing_else_does() -> None:
    world = DraftWorld(lambda: iter([secret_page()]))
    before = world.site.read()
    assert "Not yet public" in world.content_of(world.start(drafts=True).attempt)
    world.preview_builds.succeed()
    world.previews.advance()
    assert "Not yet public" not in world.content_of(world.start(drafts=False).attempt)
    assert world.site.read() == before
    assert set(world.visible) == {"tea"}


@pytest.mark.parametrize("error", [VendorRefused("a 403"), SecretMissing("drafts_token")])
def test_a_preview_whose_drafts_cannot_be_read_fails_with_the_reason(error: Exception) -> None:
    def refuse() -> Any:
        raise error

    record = DraftWorld(refuse).start(drafts=True)
    assert record.status is PreviewStatus.FAILED
    assert str(error) in record.reason


def test_a_vendor_that_is_down_is_asked_again() -> None:
    answers = iter([VendorUnavailable("a 503"), None])

    def read() -> Any:
        if error := next(answers):
            raise error
        yield secret_page()

    world = DraftWorld(read)
    id_ = world.start(drafts=True).id
    world.clock.now += 400
    world.previews.advance()
    world.previews.advance()
    assert "Not yet public" in world.content_of(world.preview_store.rows[id_].attempt or "")


def test_a_builder_without_a_way_to_read_drafts_says_so() -> None:
    world = DraftWorld(lambda: iter(()))
    ports = world.previews.ports
    world.previews = Previews(world.desk, replace(ports, drafts=None))
    assert "reads no drafts" in world.start(drafts=True).reason
