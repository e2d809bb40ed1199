"""Tina: a GitHub push is proven and complete; TinaCloud's hint only names paths to look up."""

import json
import re
from typing import Any

import pytest
import yaml

from platform_core import providers
from platform_core.errors import Malformed, Refused, Rejected
from platform_core.provider import Change, Removal, Upsert
from platform_core.provider_kit.editor_files import EditedSite
from platform_core.providers.decap import editor as decap_editor
from platform_core.providers.tina import editor, registration
from platform_core.webhooks.secrets import Secrets
from tests.fakes.vendors import NOW, SECRET, World, build_settings, request, scheme_of, signed

CLOUD = {"webhooks": "tinacloud"}
ID = "github:fjord-and-fern/journal:"
ADDRESS = "https://hooks.acme.example/webhooks/x"
SITE = EditedSite("Fjord & Fern", "https://fjord.example", "public")


def hint(*paths: object, **fields: Any) -> dict[str, Any]:
    return {
        "clientId": "ours", "branch": "main", "paths": list(paths), "type": "content.modified",
        "eventId": "1", **fields,
    }  # fmt: skip


def arrives(world: World, body: object) -> list[Change]:
    delivery = request(json.dumps(body).encode())
    return world.changes(signed("tina", delivery, settings=world.settings))


def test_a_client_accepts_the_proof_of_its_configured_sender_only() -> None:
    bare = request(b"{}")
    for own_settings, other_settings in (({}, CLOUD), (CLOUD, {})):
        scheme_of("tina", own_settings).verify(
            signed("tina", bare, settings=own_settings), Secrets((SECRET,)), NOW.timestamp()
        )
        with pytest.raises(Rejected):
            scheme_of("tina", own_settings).verify(
                signed("tina", bare, settings=other_settings), Secrets((SECRET,)), NOW.timestamp()
            )


def test_a_path_can_omit_its_extension() -> None:
    for path in ("content/pages/about", "content/pages/about.md"):
        (change,) = arrives(World("tina", CLOUD), hint(path))
        assert isinstance(change, Upsert)
        assert change.item.id == ID + "content/pages/about.md"


def test_a_file_in_the_repository_is_kept_even_if_a_hint_calls_it_removed() -> None:
    world = World("tina", CLOUD)
    (change,) = arrives(world, hint("content/pages/about", type="content.removed"))
    assert isinstance(change, Upsert)


def test_only_a_file_that_existed_is_removed() -> None:
    world = World("tina", CLOUD)
    assert arrives(world, hint("content/pages/never", type="content.removed")) == []
    body = hint("content/pages/about", type="content.removed", eventId="2")
    world.double.record(request(json.dumps(body).encode()))
    (change,) = arrives(world, body)
    assert isinstance(change, Removal)
    assert (change.content_id, change.content_type) == (ID + "content/pages/about.md", "page")


@pytest.mark.parametrize(
    "fields", [{"branch": "draft"}, {"clientId": "another"}, {"paths": ["src/a", "content/x/b"]}]
)
def test_foreign_paths_change_nothing_and_cause_no_call(fields: dict[str, Any]) -> None:
    world = World("tina", {**CLOUD, "client_id": "ours"})
    assert arrives(world, hint("content/pages/about", **fields)) == []
    assert world.requested_urls == []


@pytest.mark.parametrize("paths", [None, "content/pages/about", [1], {}])
def test_a_hint_without_paths_is_malformed(paths: object) -> None:
    with pytest.raises(Malformed):
        arrives(World("tina", CLOUD), hint(paths=paths))


@pytest.mark.parametrize(
    "path", ["content/pages/../../x", "content/pages/../about", "content/pages/_index"]
)
def test_a_path_cannot_change_the_address(path: str) -> None:
    assert arrives(World("tina", CLOUD), hint(path)) == []


def test_every_event_has_a_key_and_a_topic_of_its_own() -> None:
    module = providers.load_webhook("tina")
    one, two = (request(json.dumps(hint("a", eventId=each)).encode()) for each in "12")
    assert module.delivery_key(one) != module.delivery_key(two)
    assert module.topic(one) == "content.modified"


def test_tinaclouds_webhook_is_created_by_hand_and_githubs_by_its_api() -> None:
    cloud = World("tina", CLOUD).context
    steps = registration.instructions(cloud, ADDRESS)
    assert any("Authorization" in step for step in steps)
    for requests in (registration.hooks, lambda context: registration.register(context, ADDRESS)):
        with pytest.raises(Refused):
            requests(cloud)
    (hook,) = registration.register(World("tina").context, ADDRESS)
    assert hook.topics == ("push",)


@pytest.mark.parametrize(
    ("wrong", "trouble"),
    [
        ({"events": ["issues"]}, "does not send push events"),
        ({"config": {"url": ADDRESS, "content_type": "form"}}, "sends form data instead of JSON"),
        ({"last_response": {"code": 503}}, "its last delivery was answered with 503"),
    ],
)
def test_problems_of_githubs_webhook_are_reported(wrong: dict[str, Any], trouble: str) -> None:
    world = World("tina")
    registration.register(world.context, ADDRESS)
    world.state["hooks"]["1"] |= wrong
    (hook,) = registration.hooks(world.context)
    assert hook.trouble == trouble


# --- the editors ------------------------------------------------------------------------------


def test_decaps_editor_commits_to_the_branch_that_is_read() -> None:
    settings = build_settings("decap", {"repository": "gitlab:a/b/c", "app_id": "app"})
    page_files = decap_editor.overlay(settings, SITE)
    page = page_files["public/admin/index.html"].decode()
    assert re.search(r"https://unpkg\.com/decap-cms@\d+\.\d+\.\d+/", page)
    assert 'integrity="sha384-' in page
    config = yaml.safe_load(page_files["public/admin/config.yml"])
    assert config["backend"] == {
        "name": "gitlab", "repo": "a/b/c", "branch": "main", "auth_type": "pkce", "app_id": "app",
    }  # fmt: skip
    assert {collection["folder"] for collection in config["collections"]} == set(settings.folders)
    assert "kinds" not in config
    hosted = build_settings("decap", {"auth_url": "https://auth.example"})
    config = yaml.safe_load(decap_editor.overlay(hosted, SITE)["public/admin/config.yml"])
    assert config["backend"]["base_url"] == "https://auth.example"


def test_decaps_editor_logs_in_through_the_relay_of_its_own_site() -> None:
    settings = build_settings("decap", {"login_client_id": "Ov23li"})
    config = yaml.safe_load(decap_editor.overlay(settings, SITE)["public/admin/config.yml"])
    assert config["backend"]["base_url"] == SITE.url
    assert config["backend"]["auth_endpoint"] == "_login/auth"


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"repository": "gitlab:a/b"}, "for a repository on GitHub"),
        ({"auth_url": "https://auth.example"}, "exclude each other"),
    ],
)
def test_a_login_relay_is_for_github_and_replaces_another_server(
    settings: dict[str, str], reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        build_settings("decap", {**settings, "login_client_id": "Ov23li"})


def test_tinas_editor_names_each_folder_with_a_valid_query_name() -> None:
    settings = build_settings("tina", {"client_id": "ours", "folders": {"src/my-posts": "article"}})
    page_files = editor.overlay(settings, SITE)
    client = json.loads(page_files["tina/client.json"])
    assert client["collections"] == [
        {"name": "src_my_posts", "label": "My posts", "path": "src/my-posts", "kind": "article"}
    ]
    assert (client["clientId"], client["publicFolder"]) == ("ours", "public")
    assert b"./client.json" in page_files["tina/config.ts"]
