"""Forms in the feed: on the page with their name, or on a page that the feed adds."""

from dataclasses import replace
from typing import Any

import pytest

from platform_core.content.model import UNTITLED, UnifiedContent
from platform_core.feed import content_feed
from platform_core.forms.definition import forms_to_json
from tests.core.test_feed import FACTS, NOW, item, read
from tests.fakes.forms import CONTACT

FORMS = forms_to_json([CONTACT.public()])
STARTER = replace(FACTS, forms=FORMS, form_pages="yes")


def feed_of(*items: UnifiedContent, facts: content_feed.SiteFacts = STARTER) -> content_feed.Feed:
    return content_feed.build_feed(items, facts, now=NOW)


def built(*items: UnifiedContent, facts: content_feed.SiteFacts = STARTER) -> dict[str, Any]:
    return read(feed_of(*items, facts=facts))


def page(slug: str, **more: Any) -> UnifiedContent:
    return item(slug, content_type="page", slug=slug, **more)


def test_a_page_with_the_name_of_a_form_ends_with_it() -> None:
    [entry] = built(page("contact", title="Write to us", body="<p>Hello</p>"))["pages"]
    assert entry["title"] == "Write to us"
    assert entry["html"].startswith('<p>Hello</p>\n<form class="form" method="post"')
    assert 'action="/_forms/contact"' in entry["html"]


@pytest.mark.parametrize(("language", "title"), [("en", "Contact"), ("de-AT", "Kontakt")])
def test_a_site_without_such_a_page_gets_one(language: str, title: str) -> None:
    feed = built(page("about"), facts=replace(STARTER, language=language))
    entries = {entry["slug"]: entry for entry in feed["pages"]}
    assert entries["contact"]["title"] == title
    assert entries["contact"]["html"].startswith("<form")
    assert "<form" not in entries["about"]["html"]
    assert {"title": title, "url": "/contact/"} in feed["site"]["navigation"]["menu"]


def test_an_added_page_does_not_count_as_content() -> None:
    """Otherwise it would hide that a CMS lost its items, or that none has a title."""
    assert feed_of().items == 0
    feed = feed_of(page("about", title=UNTITLED))
    assert (feed.items, feed.has_a_title) == (1, False)


def test_other_sites_keep_their_pages_and_know_their_forms() -> None:
    feed = built(page("contact", body="<p>Hello</p>"), facts=replace(STARTER, form_pages=""))
    [entry] = feed["pages"]
    assert entry["html"] == "<p>Hello</p>"
    [form] = feed["site"]["forms"]
    assert (form["name"], form["action"]) == ("contact", "/_forms/contact")
    assert built(facts=FACTS)["pages"] == built(facts=FACTS)["site"]["forms"] == []


def test_the_feed_has_no_mail_address_of_a_form() -> None:
    assert "hello@acme.example" not in FORMS
    assert "hello@acme.example" not in str(built())
