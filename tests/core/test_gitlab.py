"""A repository on GitLab: read at its head, with the time of the newest push known to the host."""

import json
from dataclasses import replace
from typing import Any

import pytest

from platform_core import providers
from platform_core.errors import Malformed, Rejected
from platform_core.provider import Change, Removal, Upsert
from platform_core.providers._git.simulated.history import START_COMMIT
from platform_core.providers.decap import content, registration
from platform_core.webhooks.secrets import Secrets
from tests.fakes.vendors import NOW, World, recordings, request, scheme_of, signed

OURS = {"repository": "gitlab:fjord-and-fern/studio/journal"}
ID = "gitlab:fjord-and-fern/studio/journal:"
BEFORE, AFTER, LATER = "b0" * 20, "a1" * 20, "c2" * 20
PUSHED = 1795165200
SIGNING = b"whsec_dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q="
ADDRESS = "https://hooks.acme.example/webhooks/x"


def push(*paths: str, **fields: Any) -> dict[str, Any]:
    body = json.loads(json.dumps(recordings("decap")["gitlab.push"]["body"]))
    commit = {**body["commits"][0], "id": AFTER, "modified": list(paths)}
    return {**body, "before": BEFORE, "after": AFTER, "commits": [commit], **fields}


def project(head: str = AFTER, **trees: dict[str, str]) -> World:
    """Return a published branch at `head`, with the files of the commits `before`, `after`,
    `later`."""
    names = {"before": BEFORE, "after": AFTER, "later": LATER}
    return World(
        "decap",
        OURS,
        {
            "pushed_at": PUSHED,
            "heads": {"main": head},
            "commits": {
                names[name]: {
                    path: {"text": text, "date": "2026-11-01T00:00:00Z"}
                    for path, text in tree.items()
                }
                for name, tree in trees.items()
            },
        },
    )


def arrives(world: World, body: object) -> list[Change]:
    return world.changes(request(json.dumps(body).encode()))


def article(title: str = "T") -> str:
    return f"---\ntitle: {title}\n---\nText."


def test_a_push_is_read_at_the_head_with_the_time_of_the_newest_push() -> None:
    """A late delivery must not restore content that a newer push has changed."""
    old, new = {"content/pages/a.md": article("Old")}, {"content/pages/a.md": article("New")}
    (change,) = arrives(project(LATER, after=old, later=new), push("content/pages/a.md"))
    assert isinstance(change, Upsert)
    assert (change.item.id, change.item.title) == (ID + "content/pages/a.md", "New")
    assert change.item.version == PUSHED * 10**6


def test_a_file_that_is_gone_at_the_head_is_removed() -> None:
    (change,) = arrives(project(after={"README.md": ""}), push("content/pages/a.md"))
    assert change == Removal(ID + "content/pages/a.md", "page", PUSHED * 10**6)


@pytest.mark.parametrize(
    "fields",
    [{"total_commits_count": 21}, {"total_commits_count": 2}, {"commits": []}, {"forced": True}],
    ids=["long", "more than listed", "unlisted", "forced"],
)
def test_an_incomplete_push_is_compared_tree_by_tree(fields: dict[str, Any]) -> None:
    before = {"content/pages/same.md": article(), "content/pages/gone.md": article()}
    after = {"content/pages/same.md": article(), "content/pages/new.md": article()}
    world = project(before=before, after=after)
    if fields.pop("forced", False):
        world.state["forced"] = [BEFORE]
    changes = arrives(world, push(**fields))
    assert sorted(type(change).__name__ for change in changes) == ["Removal", "Upsert"]


def test_a_commit_removed_by_a_force_push_stops_nothing() -> None:
    world = project(after={"content/pages/new.md": article()})
    (change,) = arrives(world, push(total_commits_count=3))
    assert isinstance(change, Upsert)


def test_a_tree_is_read_page_by_page() -> None:
    files = {f"content/pages/{number:03}.md": article() for number in range(205)}
    world = project(after=files)
    assert len(list(content.list_all(world.context))) == 205
    assert len([url for url in world.requested_urls if "/repository/tree" in url]) == 3


def test_a_listing_without_a_known_push_ranks_below_all_later_changes() -> None:
    world = World("decap", OURS)
    assert {item.version for item in content.list_all(world.context)} == {0}


@pytest.mark.parametrize(
    "fields",
    [
        {"ref": "refs/heads/cms/articles/a"},
        {"ref": "refs/tags/main"},
        {"after": "0" * 40, "checkout_sha": None, "commits": []},
        {"project": {"path_with_namespace": "somebody/else"}},
        {"object_kind": "tag_push"},
        {"user_username": "platform[bot]"},
    ],
    ids=["another branch", "a tag", "its deletion", "another project", "another kind", "our own"],
)
def test_only_a_push_to_the_published_branch_changes_content(fields: dict[str, Any]) -> None:
    world = project(after={"content/pages/a.md": article()})
    assert arrives(world, push("content/pages/a.md", **fields)) == []
    assert world.requested_urls == []


@pytest.mark.parametrize("commit", ["main", "../../user", "", None, START_COMMIT + "\n"])
def test_a_commit_id_cannot_change_the_address(commit: object) -> None:
    with pytest.raises(Malformed):
        arrives(project(after={}), push("content/pages/a.md", after=commit))


# --- the proof --------------------------------------------------------------------------------


def test_a_client_of_one_host_accepts_no_proof_of_the_other() -> None:
    delivery = request(json.dumps(push()).encode())
    secret = Secrets((b"s",))
    github, gitlab = scheme_of("decap"), scheme_of("decap", OURS)
    by_github = replace(delivery, headers=github.sign(delivery, b"s", NOW.timestamp()))
    by_gitlab = replace(delivery, headers=gitlab.sign(delivery, b"s", NOW.timestamp()))
    github.verify(by_github, secret, NOW.timestamp())
    gitlab.verify(by_gitlab, secret, NOW.timestamp())
    for scheme, foreign in ((github, by_gitlab), (gitlab, by_github)):
        with pytest.raises(Rejected):
            scheme.verify(foreign, secret, NOW.timestamp())


def test_the_id_is_part_of_the_key_only_if_it_is_signed() -> None:
    key = providers.load_webhook("decap").delivery_key
    scheme = scheme_of("decap", OURS)

    def sent(identity: str, seconds: float = 0) -> str:
        delivery = request(json.dumps(push()).encode(), {"webhook-id": identity})
        proof = scheme.sign(delivery, SIGNING, NOW.timestamp() + seconds)
        return key(replace(delivery, headers={**delivery.headers, **proof}))

    assert sent("one") == sent("one", 60)
    assert sent("one") != sent("two")
    forged = {"webhook-id": "forged", "webhook-signature": "v1,forged"}
    captured = signed("decap", request(json.dumps(recordings("decap")["push"]["body"]).encode()))
    resent = replace(captured, headers={**captured.headers, **forged})
    assert key(resent) == key(captured)


# --- the hook ---------------------------------------------------------------------------------


def keeping(world: World, secret: str) -> Any:
    return replace(
        world.context, secret=lambda name: secret if name == "webhook_secret" else "a token"
    )


@pytest.mark.parametrize(
    ("secret", "field"), [(SIGNING.decode(), "signing_token"), ("a secret", "token")]
)
def test_a_webhook_is_created_with_the_kind_of_secret_that_is_set(secret: str, field: str) -> None:
    world = World("decap", OURS)
    (hook,) = registration.register(keeping(world, secret), ADDRESS)
    stored = world.state["hooks"][hook.id]
    assert stored[field] == secret
    assert stored.keys() & {"token", "signing_token"} == {field}
    assert (hook.address, hook.topics, hook.active, hook.trouble) == (ADDRESS, ("push",), True, "")


def test_a_wrong_webhook_is_repaired_and_others_are_not_changed() -> None:
    world = World("decap", OURS)
    registration.register(world.context, ADDRESS + "/other")
    (hook,) = registration.register(world.context, ADDRESS)
    world.state["hooks"][hook.id] |= {"push_events": False, "token": "old"}
    assert registration.hooks(world.context)[1].trouble == "does not send push events"
    assert registration.register(world.context, ADDRESS) == (hook,)
    assert world.state["hooks"][hook.id]["token"] == "the value of webhook_secret"
    assert len(world.state["hooks"]) == 2


def test_a_disabled_webhook_is_reported() -> None:
    world = World("decap", OURS)
    (hook,) = registration.register(world.context, ADDRESS)
    world.state["hooks"][hook.id]["alert_status"] = "temporarily_disabled"
    (hook,) = registration.hooks(world.context)
    assert not hook.active
    assert hook.trouble == "is temporarily disabled because its deliveries failed"


def test_the_manual_steps_mention_the_signing_token() -> None:
    steps = registration.instructions(World("decap", OURS).context, ADDRESS)
    assert any("Signing token" in step for step in steps)
