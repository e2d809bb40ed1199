"""The settings of a Contentful space."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from platform_core.provider_kit.content_settings import Currency, UnifiedType

EntryType = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]

LOCALE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$"
TYPES: dict[str, UnifiedType] = {
    "article": "article",
    "blogPost": "article",
    "post": "article",
    "page": "page",
    "product": "product",
    "collection": "collection",
    "category": "collection",
}


class Settings(BaseModel):
    """The space of a site, its locale and the unified types of its entries."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)

    space_id: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,62}$",
        description="Id of the space: Settings, General settings.",
        examples=["fjordfern42x"],
    )
    environment: str = Field(
        default="master",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
        description="Environment of the site, by its id or an alias. A delivery of another "
        "environment only leads to a look at this one.",
    )
    region: Literal["us", "eu"] = Field(
        default="us",
        description="Location of the space's data: us, or eu for EU data residency.",
    )
    locale: str = Field(
        default="en-US",
        pattern=LOCALE,
        description="Locale of the site. A field without it is read in the same language of "
        "another region, then in the default locale.",
    )
    default_locale: str = Field(
        default="en-US",
        pattern=LOCALE,
        description="Default locale of the space, which untranslated fields have.",
    )
    currency: Currency = "USD"
    types: dict[EntryType, UnifiedType] = Field(
        default_factory=lambda: dict(TYPES),
        min_length=1,
        description="Unified type of each content type: article, page, product or collection. "
        "Entries of other types appear only in entries that link to them.",
    )

    def host(self, api: Literal["cdn", "api", "preview"]) -> str:
        """Return the host of the delivery (`cdn`), management (`api`) or preview API."""
        return f"{api}.eu.contentful.com" if self.region == "eu" else f"{api}.contentful.com"


def editor_page(settings: Settings, site_url: str) -> str:
    """Return the list of entries in the web app."""
    host = "app.eu.contentful.com" if settings.region == "eu" else "app.contentful.com"
    space = f"https://{host}/spaces/{settings.space_id}"
    return f"{space}/environments/{settings.environment}/entries"
