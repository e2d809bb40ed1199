"""Files of a repository: names, front matter, images, languages and rich text."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core.errors import Malformed
from platform_core.provider import Change, Removal, Upsert
from platform_core.provider_kit.locales import is_locale
from platform_core.providers._git.files import front_matter, names, permalinks, rich_text
from platform_core.providers._git.settings import GitSettings
from tests import outside
from tests.fakes.vendors import World

RAW = f"https://raw.githubusercontent.com/fjord-and-fern/journal/{outside.HEAD}"


def read(files: dict[str, str], **settings: Any) -> list[dict[str, Any]]:
    """Push files to Decap's repository, and return the items."""
    values = {"repository": "github:fjord-and-fern/journal", **settings}
    world = outside.world("decap", values, state=outside.repository(files))
    return outside.normalize(world, [outside.push("decap", added=list(files))]).items


def read_one(text: str, path: str = "content/articles/x.md", **settings: Any) -> dict[str, Any]:
    (item,) = read({path: text}, **settings)
    return item


# --- front matter -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: A\ndraft: true\n---\nx", "\ufeff\n\n---\ntitle: A\ndraft: true\n---\nx",
        "---\r\ntitle: A\r\ndraft: true\r\n---\r\nx", "---\rtitle: A\rdraft: true\r---\rx",
        "--- yaml\ntitle: A\ndraft: true\n...\nx", "+++\ntitle = 'A'\ndraft = true\n+++\nx",
        "---toml\ntitle = 'A'\ndraft = true\n---\nx",
        '---json\n{"title": "A", "draft": true}\n---\nx',
        '{"title": "A",\n"draft": true}\nx', ';;;\n"title": "A", "draft": true\n;;;\nx',
        "<!-- a note -->\n---\ntitle: A\ndraft: true\n---\nx",
        "---\nbase: &b {draft: true}\n<<: *b\ntitle: A\n---\nx",
        '<!-- a note -->\n\n{"title": "A",\n"draft": true}\nx',
        "+++\ntitle = 'A'\ndraft = true\ntext = \"\"\"\n...\n\"\"\"\n+++\nx",
        "---\ntitle: !!str A\ndraft: true\n---\nx",
    ],
)  # fmt: skip
def test_front_matter_has_many_forms(text: str) -> None:
    item = read_one(text)
    assert (item["title"], item["status"], item["body"]) == ("A", "draft", "<p>x</p>")


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: A\ndraft: true\nx", "title: A\ndraft: true\n\nx", "{title: 'A'}\nx",
        "---js\n{title: 'A'}\n---\nx", '{"title": "A",}\nx', "---\n\ttitle: A\n---\nx",
        "---\ntitle: A: B\n---\nx", '"draft": true\n\nx', "+++\ntitle = A\n+++\nx",
        "<!-- a note -->\ntitle: A\ndraft: true\n\nx", "---\ndraft: !!bool maybe\n---\nx",
        "---\ndate: !!timestamp x\n---\nx", "---\nstock: !!int ''\n---\nx",
        "---\ntags: !!set {a, b}\n---\nx", "---\na: !custom b\n---\nx",
    ],
)  # fmt: skip
def test_front_matter_that_is_not_understood_is_no_text(text: str) -> None:
    with pytest.raises(Malformed):
        front_matter.parse_file("a.md", text)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("\n<!-- a\nnote -->\n---\ntitle: A\nnext: A: B\n---\nx", 6),
        ("---\ntitle: A\ndraft: !!bool maybe\n---\nx", 3),
        ('\n{"title": "A",\n"b": }\nx', 3),
    ],
)
def test_an_error_names_the_line_of_the_file(text: str, line: int) -> None:
    with pytest.raises(Malformed, match=f"a.md:{line} cannot be parsed"):
        front_matter.parse_file("a.md", text)


@pytest.mark.parametrize("text", ["----\nText", "{{< x >}}", "# Title: x", "Text: x", "{% x %}"])
def test_text_without_front_matter_stays_text(text: str) -> None:
    assert front_matter.parse_file("a.md", text) == ({}, text)


@pytest.mark.parametrize(
    "scalar",
    ["Yes", "no", "off", "12:30", "1:30:45", "2026-11-02", "007", "1_000", "1e3", "1.10", "true"],
)
def test_a_scalar_stays_as_written(scalar: str) -> None:
    item = read_one(f"---\ntitle: {scalar}\ntags: [{scalar}]\n---\n")
    assert (item["title"], item["tags"]) == (scalar, [scalar])


YAML_PIECES = st.sampled_from(
    ["---\n", "a: ", "- ", "\n", "!!", "bool ", "int ", "timestamp ", "set ", "{", "}", "''", "x "]
)


@given(st.text(max_size=200) | st.lists(YAML_PIECES).map("".join))
def test_any_text_is_fields_and_text_or_malformed(text: str) -> None:
    for path in ("a.md", "a.yml", "a.json", "a.toml"):
        try:
            fields, _ = front_matter.parse_file(path, text)
        except Malformed:
            continue
        assert all(isinstance(name, str) for name in fields)


# --- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "slug", "title"),
    [
        ("release-1.2-notes.md", "release-1-2-notes", "Release 1.2 notes"),
        ("node.js.md", "node-js", "Node.js"), ("about.html.md", "about", "About"),
        ("about.pt-br.mdx", "about", "About"), ("2026-11-02-kiln_log.md", "kiln-log", "Kiln log"),
        ("walk/index.md", "walk", "Walk"), ("2026-11-02-walk/index.md", "walk", "Walk"),
        ("caf%C3%A9.md", "cafe", "Café"), ("Привет.md", "privet", "Привет"),
    ],
)  # fmt: skip
def test_the_name_of_a_file_is_its_slug_and_title(path: str, slug: str, title: str) -> None:
    item = read_one("x", f"content/articles/{path}")
    assert (item["slug"], item["title"]) == (slug, title)


def test_the_index_of_all_pages_is_the_home_page() -> None:
    assert read_one("x", "content/pages/index.md")["slug"] == "home"
    assert read_one("x", "content/pages/de/index.md")["slug"] == "home"
    assert read_one("x", "content/articles/index.md")["slug"] == "articles"


def test_a_heading_comes_before_the_name_of_the_file() -> None:
    assert read_one("Intro.\n\n## The *kiln*\n")["title"] == "The kiln"


@pytest.mark.parametrize("folder", ["_drafts", "drafts", "_private"])
def test_a_folder_for_drafts_is_not_public(folder: str) -> None:
    assert read_one("x", f"content/articles/{folder}/x.md")["status"] == "draft"
    assert read({f"content/articles/_includes/{folder}/x.md": "x"}) == []


def test_an_empty_field_counts_as_missing() -> None:
    path = "content/articles/2031-01-01-later.md"
    item = read_one("---\ntitle: Late news\ndate:\nslug:\n---\n", path)
    assert (item["published_at"][:10], item["slug"]) == ("2031-01-01", "later")


def test_a_flag_does_not_hide_the_date_of_creation() -> None:
    """The oldest of two items keeps their common slug, so the date must not move with a push."""
    item = read_one("---\npublished: true\ndate: 2026-11-02\n---\n# A")
    assert item["created_at"][:10] == "2026-11-02"


def test_the_day_in_a_name_is_a_date_of_publication() -> None:
    item = read_one("x", "content/articles/2031-01-01-later.md")
    assert item["published_at"] == "2031-01-01T00:00:00Z"
    item = read_one("---\ndate: 2030-01-01\n---\n", "content/articles/2031-01-01-later.md")
    assert item["published_at"] == "2030-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("header", "segment"),
    [
        ({"permalink": "/blog/cool/"}, "cool"), ({"permalink": "a/b/index.html"}, "b"),
        ({"url": "/a/b.html"}, "b"), ({"path": "/x/"}, "x"), ({"permalink": "/"}, "home"),
        ({"permalink": "/:year/:title/"}, None), ({"permalink": "/{{ slug }}/"}, None),
        ({"url": "https://a.example/x"}, None), ({"permalink": False}, None), ({}, None),
    ],
)  # fmt: skip
def test_a_permalink_names_the_slug(header: dict[str, Any], segment: str | None) -> None:
    assert permalinks.last_segment(header) == segment


@given(st.text(st.characters(exclude_characters="/"), min_size=1, max_size=30))
def test_any_name_has_a_slug_and_a_key(name: str) -> None:
    path = f"{name}.md"
    assert isinstance(names.file_slug(path), str)
    locale = names.file_locale(path)
    assert locale is None or is_locale(locale)
    names.translation_key(path), names.file_day(path), names.former_file_slug(path)


# --- images ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reference", "url"),
    [
        ("/img/a b.jpg", f"{RAW}/static/img/a%20b.jpg"),
        ("/img/a%20b.jpg", f"{RAW}/static/img/a%20b.jpg"),
        ("/img/bäcker.jpg", f"{RAW}/static/img/b%C3%A4cker.jpg"),
        ("/img/a.jpg?v=2#x", f"{RAW}/static/img/a.jpg?v=2#x"),
        ("/static/img/a.jpg", f"{RAW}/static/img/a.jpg"),
        ("public/a.jpg", f"{RAW}/public/a.jpg"),
        ("./a.jpg", f"{RAW}/content/articles/walk/a.jpg"),
        ("a.jpg", f"{RAW}/content/articles/walk/a.jpg"),
        ("../a.jpg", f"{RAW}/content/articles/a.jpg"),
        ("../../../../../a.jpg", f"{RAW}/a.jpg"),
        (r"\img\a.jpg", f"{RAW}/static/img/a.jpg"),
        ("//cdn.example/a.jpg", "https://cdn.example/a.jpg"),
        ("https://a.example/a.jpg?x", "https://a.example/a.jpg?x"),
    ],
)
def test_an_image_is_found_where_its_author_means(reference: str, url: str) -> None:
    text = f"---\ntitle: T\nimage: '{reference}'\n---\n<img src='{reference}'>"
    item = read_one(text, "content/articles/walk/x.md")
    assert item["featured_image"]["url"] == url
    assert f'src="{url}"' in item["body"]


@pytest.mark.parametrize("reference", ["javascript:x", "data:image/png;base64,AA", "#", "?"])
def test_a_reference_to_nothing_is_no_image(reference: str) -> None:
    assert read_one(f"---\nimage: '{reference}'\n---\n")["featured_image"] is None


def test_images_are_found_under_every_name() -> None:
    gallery = "[{image: /a.jpg, alt: A}, {photo: {src: /b.jpg}}, {src: /c.jpg}, /d.jpg, {x: 1}]"
    images = read_one(f"---\ngallery: {gallery}\n---\n")["images"]
    assert [image["url"][-6:] for image in images] == ["/a.jpg", "/b.jpg", "/c.jpg", "/d.jpg"]
    assert images[0]["alt_text"] == "A"


def test_a_folder_of_static_files_is_below_the_media_url() -> None:
    header = "---\nimage: ../../static/a.jpg?w=1\n---\n"
    item = read_one(header, media_url="https://cdn.example/base")
    assert item["featured_image"]["url"] == "https://cdn.example/base/a.jpg?w=1"


def test_the_name_of_a_folder_is_quoted() -> None:
    item = read_one("---\nimage: /a.jpg\n---\n", media_folder="x y#z?@")
    assert item["featured_image"]["url"] == f"{RAW}/x%20y%23z%3F%40/a.jpg"


# --- languages ------------------------------------------------------------------------------------

TRANSLATED = {
    "content/pages/about.en.md": "---\ntitle: About\n---\n",
    "content/pages/about.de.md": "---\ntitle: Über\n---\n",
    "content/pages/fr/x.md": "---\ntitle: X fr\n---\n",
    "content/pages/x.md": "---\ntitle: X\n---\n",
    "content/pages/only.de.md": "---\ntitle: Nur\n---\n",
    "content/pages/one.yml": "en: {title: One}\nde: {title: Eins}\n",
}


@pytest.mark.parametrize(
    ("locale", "titles"),
    [
        ("", {"About", "X", "Nur", "One"}),
        ("en", {"About", "X", "One"}),
        ("de", {"Über", "X", "Nur", "Eins"}),
        ("de-AT", {"Über", "X", "Nur", "Eins"}),
        ("fr", {"X fr"}),
    ],
)
def test_one_language_of_each_file_is_shown(locale: str, titles: set[str]) -> None:
    items = read(TRANSLATED, locale=locale)
    assert {item["title"] for item in items} == titles
    assert len({item["slug"] for item in items}) == len(items)


def test_a_folder_that_looks_like_a_language_is_shown() -> None:
    assert read({"content/articles/it/servers.md": "x"})


def test_a_translation_comes_back_when_the_chosen_one_goes() -> None:
    before = {"content/pages/a.en.md": "# A", "content/pages/a.de.md": "# B"}
    after = {"content/pages/a.de.md": "# B"}
    world = outside.world("decap", state=outside.repository(after, before))
    push = outside.push("decap", removed=["content/pages/a.en.md"])
    assert [item["title"] for item in outside.normalize(world, [push]).items] == ["B"]


SETTINGS = {"repository": "github:fjord-and-fern/journal"}


def changes_of(
    before: dict[str, str], after: dict[str, str], locale: str
) -> tuple[list[Change], list[str]]:
    """Push the difference; return the changes of content and the trees that were read."""
    state = outside.repository(after, before)
    world = World("decap", {**SETTINGS, "locale": locale}, state=state)
    names = {
        "added": [path for path in after if after[path] != before.get(path)],
        "removed": [path for path in before if path not in after],
    }
    changes = world.changes(outside.push("decap", **names, settings=SETTINGS))
    return changes, [url for url in world.requested_urls if "/git/trees/" in url]


ABOUT, GERMAN = "content/pages/about.md", "content/pages/about.de.md"


@pytest.mark.parametrize(
    ("before", "after", "locale", "shown", "gone"),
    [
        # The translation into the site's language replaces the file without a language.
        ({ABOUT: "# A"}, {ABOUT: "# A", GERMAN: "# B"}, "de", GERMAN, ABOUT),
        ({ABOUT: "# A", GERMAN: "# B"}, {ABOUT: "# A"}, "de", ABOUT, GERMAN),
        # Without a locale, the file without a language replaces the translation.
        ({GERMAN: "# B"}, {ABOUT: "# A", GERMAN: "# B"}, "", ABOUT, GERMAN),
        ({ABOUT: "# A", GERMAN: "# B"}, {GERMAN: "# B"}, "", GERMAN, ABOUT),
        ({ABOUT: "# A"}, {ABOUT: "---\nlang: fr\n---\n# A"}, "de", None, ABOUT),
        ({}, {"content/pages/about.fr.md": "# A"}, "de", None, None),
    ],
)
def test_a_push_leaves_one_language_of_a_file(
    before: dict[str, str], after: dict[str, str], locale: str, shown: str | None, gone: str | None
) -> None:
    changes, _ = changes_of(before, after, locale)
    prefix = f"{SETTINGS['repository']}:"
    upserts = [each.item.id for each in changes if isinstance(each, Upsert)]
    removals = [each.content_id for each in changes if isinstance(each, Removal)]
    assert upserts == [prefix + path for path in (shown,) if path]
    assert removals == [prefix + path for path in (gone,) if path]


def test_the_tree_of_a_commit_is_read_once() -> None:
    before = {f"content/pages/{number}.md": "# A" for number in range(3)}
    changes, trees = changes_of(before, {"content/pages/new.de.md": "# B"}, "de")
    assert len(changes) == 4
    assert len(trees) == 1


# --- rich text ------------------------------------------------------------------------------------


def test_a_tree_is_rendered_as_html() -> None:
    text = {"type": "text", "text": "Hi <b>", "bold": True}
    tree = {
        "type": "root",
        "children": [
            {"type": "h2", "children": [text]},
            {"type": "a", "url": "https://a.example", "children": [{"text": "link"}]},
            {"type": "img", "url": "/a.jpg", "alt": "A"},
            {"type": "mdxJsxFlowElement", "name": "Box", "children": [{"text": "kept"}]},
            {"type": "code_block", "value": "x < y"},
            {"type": "code_block", "value": None, "children": [{"text": "y > x"}]},
        ],
    }
    html = rich_text.render(tree, lambda url: f"https://cdn.example{url}") or ""
    assert "<h2><strong>Hi &lt;b&gt;</strong></h2>" in html
    assert 'src="https://cdn.example/a.jpg"' in html
    assert "kept" in html
    assert "<code>x &lt; y</code>" in html
    assert "<code>y &gt; x</code>" in html


@given(
    st.recursive(
        st.none() | st.text(max_size=5) | st.integers(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["type", "children", "text", "value", "url", "marks", "attrs", "props"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=10,
    )
)
def test_any_tree_is_html_or_nothing(tree: object) -> None:
    html = rich_text.render(tree, str)
    assert html is None or "<script" not in html


def test_settings_find_the_innermost_folder() -> None:
    settings = GitSettings(
        repository="github:a/b", folders={"content": "page", "content/blog": "article"}
    )
    assert settings.path_in_folder("content/blog/a/b.md") == "a/b.md"
    assert settings.content_type_of("content/a.md") == "page"
    assert settings.path_in_folder("None/a.md") == "None/a.md"
