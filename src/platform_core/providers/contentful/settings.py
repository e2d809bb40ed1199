"""What a client says of its Contentful space."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from platform_core.providers.content_settings import Currency, Unified

EntryType = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]

LOCALE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$"
TYPES: dict[str, Unified] = {
    "article": "article",
    "blogPost": "article",
    "post": "article",
    "page": "page",
    "product": "product",
    "collection": "collection",
    "category": "collection",
}


class Settings(BaseModel):
    """Which space a site is made of, in which language, and what its entries are."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)

    space_id: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,62}$",
        description="The space's id: Settings, General settings.",
        examples=["fjordfern42x"],
    )
    environment: str = Field(
        default="master",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
        description="The environment that the site shows, by its own id and not by an alias: "
        "deliveries of others change nothing.",
    )
    region: Literal["us", "eu"] = Field(
        default="us",
        description="Where the space's data live: us, or eu for EU data residency.",
    )
    locale: str = Field(
        default="en-US",
        pattern=LOCALE,
        description="The locale that the site shows.",
    )
    default_locale: str = Field(
        default="en-US",
        pattern=LOCALE,
        description="The space's default locale, where fields stand that are not translated.",
    )
    currency: Currency = "USD"
    types: dict[EntryType, Unified] = Field(
        default_factory=lambda: dict(TYPES),
        min_length=1,
        description="What each content type is on the site: article, page, product or "
        "collection. Entries of other types show only in those that link to them.",
    )

    def host(self, api: Literal["cdn", "api"]) -> str:
        """The host of the delivery API (`cdn`) or the management API (`api`)."""
        return f"{api}.eu.contentful.com" if self.region == "eu" else f"{api}.contentful.com"
