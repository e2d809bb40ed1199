"""The settings of a Strapi server."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from platform_core.provider_kit.content_settings import Currency, UnifiedType
from platform_core.provider_kit.locales import LOCALE_PATTERN

ApiId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,63}$")]

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
TYPES: dict[str, UnifiedType] = {
    "article": "article",
    "page": "page",
    "product": "product",
    "category": "collection",
}


class Settings(BaseModel):
    """The server of a site, and the unified types of its documents."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)

    url: str = Field(
        pattern=rf"^https://({_LABEL}\.)+[a-z]{{2,24}}(:\d{{1,5}})?(/[A-Za-z0-9_-]{{1,64}})*$",
        description="URL of Strapi, without /api and without a slash at the end.",
        examples=["https://cms.fjord-and-fern.example"],
    )
    locale: str = Field(
        default="",
        max_length=35,
        pattern=LOCALE_PATTERN,
        description="Locale of the site. Deliveries of other locales are ignored. By default, "
        "Strapi's default locale.",
    )
    currency: Currency = "USD"
    types: dict[ApiId, UnifiedType] = Field(
        default_factory=lambda: dict(TYPES),
        min_length=1,
        description="Unified type of each content type, by its singular API ID: article, page, "
        "product or collection. Documents of other types are ignored.",
    )
    plurals: dict[ApiId, ApiId] = Field(
        default_factory=dict,
        description="Plural API ID of each type with an irregular plural. For a single type, "
        "its singular.",
    )

    def plural(self, model: str) -> str:
        """Return the plural API ID of a type."""
        return self.plurals.get(model) or english_plural(model)


def english_plural(word: str) -> str:
    """Return the plural of a common word like Strapi's editor does.

    >>> [english_plural(each) for each in ("article", "category", "address", "day")]
    ['articles', 'categories', 'addresses', 'days']
    """
    if word.endswith("y") and word[-2:-1] not in set("aeiou"):
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x", "z", "ch", "sh")) else f"{word}s"


def editor_page(settings: Settings, site_url: str) -> str:
    """Return the address of the admin panel."""
    return f"{settings.url}/admin"
