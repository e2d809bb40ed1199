"""Decap on GitHub: files are read at the pushed commit, and only the client's own count."""

import json
from typing import Any

import pytest

from platform_core.errors import Malformed, VendorRefused
from platform_core.http import HttpResponse
from platform_core.provider import Change, Removal, Upsert
from platform_core.providers._git.files import front_matter
from platform_core.providers._git.simulated.history import START_COMMIT
from platform_core.providers.decap import content
from tests.fakes.vendors import World, recordings, request, signed

ID = "github:fjord-and-fern/journal:"
AFTER = "a1" * 20


def push(paths: list[str] | None = None, **fields: Any) -> dict[str, Any]:
    body = json.loads(json.dumps(recordings("decap")["push"]["body"]))
    commit = {**body["commits"][0], "id": AFTER}
    if paths is not None:
        commit |= {"modified": paths, "added": [], "removed": []}
    return {**body, "after": AFTER, "commits": [commit], "head_commit": commit, **fields}


def repository(after: dict[str, str], before: dict[str, str] | None = None) -> World:
    """Return a published branch at AFTER with these files."""
    trees = {START_COMMIT: before or {}, AFTER: after}
    return World(
        "decap",
        state={
            "pushed_at": 1795165200,
            "heads": {"main": AFTER},
            "commits": {
                commit: {
                    path: {"text": text, "date": "2026-11-01T00:00:00Z"}
                    for path, text in tree.items()
                }
                for commit, tree in trees.items()
            },
        },
    )


def arrives(world: World, body: object) -> list[Change]:
    return world.changes(signed("decap", request(json.dumps(body).encode())))


def article(title: str = "T") -> str:
    return f"---\ntitle: {title}\n---\nText."


def test_a_file_is_read_at_the_commit_of_the_push() -> None:
    world = repository({"content/articles/a.md": article()})
    (change,) = arrives(world, push(["content/articles/a.md", "README.md", "src/app.js"]))
    assert isinstance(change, Upsert)
    assert change.item.id == ID + "content/articles/a.md"
    assert change.item.slug == "a"
    assert change.item.version == 1795165200 * 10**6
    # The tree is listed for translations beside the file.
    assert [url.partition("/journal/")[2] for url in world.requested_urls] == [
        f"git/trees/{AFTER}?recursive=1",
        f"contents/content/articles/a.md?ref={AFTER}",
    ]


def test_a_file_missing_at_the_commit_is_removed_even_if_the_push_lists_it_as_added() -> None:
    world = repository({"README.md": "x"})
    (change,) = arrives(world, push(["content/pages/a.md"]))
    assert change == Removal(ID + "content/pages/a.md", "page", 1795165200 * 10**6)


def test_a_commit_that_cannot_be_read_removes_nothing() -> None:
    world = repository({"content/pages/a.md": article()})
    del world.state["commits"][AFTER]
    with pytest.raises(VendorRefused):
        arrives(world, push(["content/pages/a.md"]))


@pytest.mark.parametrize(
    "fields",
    [
        {"ref": "refs/heads/cms/articles/a"},
        {"ref": "refs/tags/main"},
        {"deleted": True},
        {"repository": {"full_name": "somebody/else", "pushed_at": 1}},
    ],
    ids=["another branch", "a tag", "deletion of the branch", "another repository"],
)
def test_a_push_to_another_branch_or_repository_changes_nothing(fields: dict[str, Any]) -> None:
    world = repository({"content/articles/a.md": article()})
    assert arrives(world, push(["content/articles/a.md"], **fields)) == []
    assert world.requested_urls == []


def test_commits_of_the_platform_change_nothing_but_a_persons_commit_does() -> None:
    world = repository({"content/articles/a.md": article()})
    body = push(["content/articles/a.md"])
    bot = {**body["commits"][0], "author": {"username": "platform[bot]"}}
    assert arrives(world, {**body, "commits": [bot]}) == []
    assert len(arrives(world, {**body, "commits": [bot, body["commits"][0]]})) == 1


@pytest.mark.parametrize("fields", [{"forced": True}, {"commits": []}], ids=["forced", "unlisted"])
def test_an_incomplete_push_is_compared_tree_by_tree(fields: dict[str, Any]) -> None:
    before = {"content/pages/same.md": article(), "content/pages/gone.md": article()}
    after = {"content/pages/same.md": article(), "content/pages/new.md": article()}
    changes = arrives(repository(after, before), push([], **fields))
    assert sorted(type(change).__name__ for change in changes) == ["Removal", "Upsert"]


def test_a_broken_file_does_not_stop_others() -> None:
    world = repository({"content/pages/a.md": "---\n: [\n---\n", "content/pages/b.md": article()})
    (change,) = arrives(world, push(["content/pages/a.md", "content/pages/b.md"]))
    assert isinstance(change, Upsert)
    assert [item.slug for item in content.list_all(world.context)] == ["b"]
    with pytest.raises(Malformed):
        arrives(world, push(["content/pages/a.md"]))


@pytest.mark.parametrize("commit", ["main", "../../user", "", None, "A" * 40, START_COMMIT + "\n"])
def test_a_commit_id_cannot_change_the_address(commit: object) -> None:
    with pytest.raises(Malformed):
        arrives(repository({}), push(["content/pages/a.md"], after=commit))


def test_a_repository_too_large_to_list_is_refused() -> None:
    world = repository({})
    answer = {
        "tree": [],
        "truncated": True,
        "pushed_at": "2026-01-01T00:00:00Z",
        "commit": {"sha": AFTER},
    }
    world.double.respond = lambda *_: HttpResponse(200, json.dumps(answer).encode())
    with pytest.raises(VendorRefused):
        list(content.list_all(world.context))


# --- files ------------------------------------------------------------------------------------


def test_front_matter_is_yaml_or_toml_and_data_files_are_data() -> None:
    parse = front_matter.parse_file
    # Numbers of YAML stay as written, because the reader of each field parses them.
    written, typed = {"title": "A", "order": "1"}, {"title": "A", "order": 1}
    assert parse("a.md", "---\ntitle: A\norder: 1\n---\nB\n---\n") == (written, "B\n---\n")
    assert parse("a.md", '+++\ntitle = "A"\norder = 1\n+++\nB') == (typed, "B")
    assert parse("a.md", "---\r\ntitle: A\r\norder: 1\r\n---\r\nB") == (written, "B")
    assert parse("a.yml", "title: A\norder: 1") == (written, "")
    assert parse("a.json", '{"title": "A", "order": 1}') == (typed, "")
    assert parse("a.md", "no front matter") == ({}, "no front matter")
    assert parse("a.md", "---\n---\nB") == ({}, "B")


@pytest.mark.parametrize(
    "text",
    [
        "---\na0: &a0 [x, x]\n"
        + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
        + "---\n",
        "---\na: &a [*a]\n---\n",
        "---\n- a list\n---\n",
        "---\nx: !!python/object/apply:os.system [id]\n---\n",
        "---\n" + "[" * 3000 + "\n---\n",
    ],
    ids=["aliases", "endless", "list", "tag", "depth"],
)
def test_yaml_with_tags_or_too_many_aliases_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        front_matter.parse_file("a.md", text)


def test_markdown_becomes_safe_html_with_absolute_images() -> None:
    text = (
        "---\ntitle: '{{ 7*7 }}'\ndate: 2026-11-01\nimage: /uploads/a b.jpg\ntags: [x]\n---\n"
        "**Hi** <script>alert(1)</script> ![alt](/uploads/c.png) {{ 7*7 }}\n"
    )
    world = repository({"content/articles/index.md": "", "content/articles/walk/index.md": text})
    (change,) = arrives(world, push(["content/articles/walk/index.md"]))
    assert isinstance(change, Upsert)
    item = change.item
    raw = f"https://raw.githubusercontent.com/fjord-and-fern/journal/{AFTER}/static/uploads"
    assert (item.title, item.slug, item.tags) == ("{{ 7*7 }}", "walk", ["x"])
    assert item.body == (
        f'<p><strong>Hi</strong>  <img src="{raw}/c.png" alt="alt"> {{{{ 7*7 }}}}</p>'
    )
    assert item.featured_image
    assert item.featured_image.url == f"{raw}/a%20b.jpg"
    assert str(item.published_at) == "2026-11-01 00:00:00+00:00"
    world.settings = {"media_url": "https://media.example/x"}
    (change,) = arrives(world, push(["content/articles/walk/index.md"]))
    assert isinstance(change, Upsert)
    assert 'src="https://media.example/x/uploads/c.png"' in (change.item.body or "")


def test_a_collection_names_products_by_slug_or_path() -> None:
    text = "---\ntitle: C\nproducts: [cup, content/products/pot.md]\n---\n"
    world = repository({"content/collections/c.md": text})
    (change,) = arrives(world, push(["content/collections/c.md"]))
    assert isinstance(change, Upsert)
    assert change.item.members == [f"{ID}content/products/{each}.md" for each in ("cup", "pot")]


def test_the_innermost_folder_decides_the_type_of_a_file() -> None:
    world = repository({"content/pages/shop/a.md": article(), "content/pages/_index.md": article()})
    world.settings = {"folders": {"content/pages": "page", "content/pages/shop": "product"}}
    assert [item.content_type.value for item in content.list_all(world.context)] == ["product"]


def test_the_simulation_applies_a_delivery() -> None:
    world = World("decap")
    delivery = signed("decap", request(json.dumps(recordings("decap")["push"]["body"]).encode()))
    world.double.record(delivery)
    world.double.record(delivery)
    (change,) = world.changes(delivery)
    assert isinstance(change, Upsert)
    assert change.item.title == "A shelf for seconds, and thirds"
    assert (change.item.body or "").count("There are thirds now.") == 1
