"""Put the forms of a site into its pages: at the end of the page with the name of the form.

A site without such a page gets one. So every starter shows a form, with no markup of its own.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from platform_core.content.model import ContentType, UnifiedContent
from platform_core.content.slugs import slugify
from platform_core.feed.packed_entries import PackedEntry
from platform_core.feed.site_facts import SiteFacts
from platform_core.forms.definition import FormDefinition, forms_from_json
from platform_core.forms.markup import render_form
from platform_core.forms.words import words_for

OWN_PAGES: Final = "platform"
"""Provider of the pages that the feed adds."""
_TITLED: Final = "contact"
"""The form whose page has a title in the language of the site."""
_WRITTEN_AT: Final = datetime(2026, 12, 1, tzinfo=UTC)


def read_forms(facts: SiteFacts) -> Mapping[str, FormDefinition]:
    """Return the forms of a site by the slug of their page."""
    forms = forms_from_json(facts.forms) if facts.forms else {}
    return {slugify(name, "form"): form for name, form in forms.items()}


def make_form_pages(facts: SiteFacts, slugs: Iterable[str]) -> Iterator[UnifiedContent]:
    """Yield a page for each form whose slug no page has."""
    existing = set(slugs)
    for slug, form in read_forms(facts).items():
        if facts.form_pages and slug not in existing:
            yield _make_page(slug, form, facts.language)


def form_html(facts: SiteFacts) -> Mapping[str, str]:
    """Return the markup of each form by the slug of its page. Empty for sites that print none."""
    if not facts.form_pages:
        return {}
    return {slug: render_form(form, facts.language) for slug, form in read_forms(facts).items()}


def form_facts(facts: SiteFacts) -> list[dict[str, Any]]:
    """Return the forms as the feed names them."""
    return [
        {
            "name": form.name,
            "action": form.path,
            "honeypot": form.honeypot,
            "html": render_form(form, facts.language),
        }
        for form in read_forms(facts).values()
    ]


def is_own_page(entry: PackedEntry) -> bool:
    """Return whether the feed has added a page."""
    return entry.provider == OWN_PAGES


def _make_page(slug: str, form: FormDefinition, language: str) -> UnifiedContent:
    words = words_for(language)[1]
    title = words["contact"] if form.name == _TITLED else form.name.replace("-", " ").capitalize()
    return UnifiedContent(
        id=f"{OWN_PAGES}:{slug}",
        title=title,
        slug=slug,
        content_type=ContentType.PAGE,
        provider_type="cms",
        provider_name=OWN_PAGES,
        version=0,
        created_at=_WRITTEN_AT,
        updated_at=_WRITTEN_AT,
    )
