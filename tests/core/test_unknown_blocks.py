"""Blocks of rich text of any type: their words, pictures and files are never lost."""

import logging
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platform_core.content.html import strip_markup
from platform_core.content.model import MediaAsset
from platform_core.provider_kit.parsing import Json, parse_object
from platform_core.provider_kit.rich_text.unknown_blocks import BlockParsers, render_unknown_block
from platform_core.providers.contentful import rich_text
from platform_core.providers.sanity import portable_text
from platform_core.providers.strapi import blocks

WORDS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=8, max_size=12)
WORD_NAMES = ["title", "text", "caption", "heading", "quote", "body", "description", "author"]
CONTAINER_NAMES = ["items", "children", "columns", "section", "cards", "content"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def image(value: object) -> MediaAsset | None:
    src = value if isinstance(value, str) else parse_object(value).get("src")
    return MediaAsset(id="x", url=src) if isinstance(src, str) else None


PARSERS = BlockParsers(
    image=image,
    file=lambda value: parse_object(value).get("file"),
    rich_text=lambda _: None,
)


@st.composite
def blocks_with_words(draw: st.DrawFn) -> tuple[Json, list[str]]:
    """Draw a block of any nesting, and all words in it."""
    words: list[str] = []

    def draw_block(depth: int) -> Json:
        names = draw(st.lists(st.sampled_from(WORD_NAMES), min_size=1, max_size=3, unique=True))
        block: Json = {name: draw(WORDS) for name in names}
        words.extend(block.values())
        if depth < 3:
            for name in draw(st.lists(st.sampled_from(CONTAINER_NAMES), max_size=2, unique=True)):
                block[name] = draw_container(depth + 1)
        return block

    def draw_container(depth: int) -> Any:
        match draw(st.integers(0, 3)):
            case 0:
                return draw_block(depth)
            case 1:
                return [draw_block(depth) for _ in range(draw(st.integers(1, 3)))]
            case 2:
                texts = draw(st.lists(WORDS, min_size=1, max_size=3))
                words.extend(texts)
                return texts
            case _:
                cells = draw(st.lists(WORDS, min_size=1, max_size=3))
                words.extend(cells)
                return {"rows": [{"cells": cells}]}

    return draw_block(0), words


@settings(max_examples=40)
@given(blocks_with_words())
def test_every_word_of_an_unknown_block_is_shown(drawn: tuple[Json, list[str]]) -> None:
    block, words = drawn
    texts = {
        "any": render_unknown_block(block, PARSERS),
        "sanity": portable_text.render_html(
            [{"_type": "callout", **block}], portable_text.TextParsers(image=lambda _: None)
        ),
        "strapi": blocks.render_html([{"type": "callout", **block}], PARSERS),
        "contentful": rich_text.render_html(
            {"content": [{"nodeType": "callout", "data": block}]},
            rich_text.LinkResolver(image=lambda _: None, file=lambda _: None),
        ),
    }
    for name, markup in texts.items():
        assert [word for word in words if word not in strip_markup(markup or "")] == [], name


@settings(max_examples=40)
@given(JSON)
def test_no_value_makes_a_renderer_fail(value: Any) -> None:
    portable_text.render_html(value, portable_text.TextParsers(image=lambda _: None))
    blocks.render_html([{"type": "callout", "children": value, "text": value}], PARSERS)
    links = rich_text.LinkResolver(image=lambda _: None, file=lambda _: None)
    rich_text.render_html({"content": [{"nodeType": value, "data": value}]}, links)
    html = render_unknown_block({"text": value, "rows": value, "items": [value]}, PARSERS)
    assert isinstance(html, str)


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ({"rows": [["Style", "Price"], ["Small", "$10"]]}, "<td>Small</td><td>$10</td>"),
        (
            {"tableData": [["a", "b"]]},
            "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>",
        ),
        ({"table": {"rows": [{"cells": ["a"]}]}}, "<td>a</td>"),
        ({"picture": {"src": "https://a.example/a.png"}}, '<img src="https://a.example/a.png"'),
        ({"files": [{"src": "https://a.example/a.png", "caption": "C"}]}, "<figcaption>C"),
        ({"download": {"file": "https://a.example/a.pdf"}}, ">a.pdf</a>"),
        ({"link": "/shop", "label": "To the shop"}, '<a href="/shop">To the shop</a>'),
        ({"url": "https://youtu.be/x1"}, '<a href="https://youtu.be/x1">x1</a>'),
        ({"url": "https://a.example/b.jpg?w=1"}, '<img src="https://a.example/b.jpg?w=1"'),
        ({"code": "a < b"}, "<pre><code>a &lt; b</code></pre>"),
        ({"price": 12}, "<p>12</p>"),
        ({"note": "a\n\nb"}, "<p>a</p>\n<p>b</p>"),
        ({"anyName": "two words"}, "two words"),
        ({"days": [{"day": "Monday", "hours": "9-17"}]}, "<p>Monday</p>\n<p>9-17</p>"),
        ({"opens": "10:00"}, "10:00"),
        ({"material": "глина"}, "глина"),
        ({"material": "Wollfilzverbundstoffe"}, "Wollfilzverbundstoffe"),
        ({"title": "Tea", "text": "One **two**.\n\nThree.", "url": "/a"}, "<p>Three.</p>"),
        ({"title": "Tea", "text": "One.\n\nTwo.", "url": "/a"}, '<a href="/a">Tea</a>'),
        ({"text": "See more", "title": "Tea", "url": "/a"}, '<a href="/a">See more</a>'),
        ({"text": "word " * 30, "url": "/tea"}, '<a href="/tea">tea</a>'),
        ({"text": "See", "buttonUrl": "/a", "url": "/b"}, '<a href="/b">b</a>'),
        ({"text": "See", "buttonUrl": "/a", "url": "/b"}, '<a href="/a">See</a>'),
    ],
)
def test_a_block_is_shown_by_the_form_of_its_values(block: Json, expected: str) -> None:
    assert expected in render_unknown_block(block, PARSERS)


def test_settings_of_a_block_are_not_shown() -> None:
    block = {
        "_key": "a1 b2", "theme": "dark blue", "align": "left", "variant": "primary",
        "internalName": "CTA on the home page", "isWide": True, "columns": 3, "size": "Large",
        "background": "#ff0000", "changed": "2026-11-20T10:00:00Z", "cssId": "text-center",
        "token": "3f2a9c0d1e4b5a6978", "style": "Two words",
        "metaDescription": "For search engines", "seo": {"title": "The same"},
    }  # fmt: skip
    assert render_unknown_block(block, PARSERS) == ""


def test_a_circle_of_objects_ends() -> None:
    block: Json = {"text": "once"}
    block["items"] = [block]
    assert "once" in render_unknown_block(block, PARSERS)


def test_a_block_without_words_is_logged_with_type_and_reason(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        parsers = portable_text.TextParsers(image=lambda _: None)
        portable_text.render_html([{"_type": "spacer", "size": 3}], parsers)
        blocks.render_html([{"type": "map", "zoom": 3}], PARSERS)
        node = {"nodeType": "embedded-entry-block", "data": {}}
        links = rich_text.LinkResolver(image=lambda _: None, file=lambda _: None)
        rich_text.render_html({"content": [node]}, links)
    assert [record.getMessage() for record in caplog.records] == [
        "left out a block (spacer): no words, picture or file",
        "left out a block (map): no words, picture or file",
        "left out a block (embedded-entry-block): no words, picture or file",
    ]
