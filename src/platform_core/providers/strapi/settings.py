"""What a client says of its Strapi."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from platform_core.providers.content_settings import Currency, Unified

ApiId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,63}$")]

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
TYPES: dict[str, Unified] = {
    "article": "article",
    "page": "page",
    "product": "product",
    "category": "collection",
}


class Settings(BaseModel):
    """Which server a site is made of, and what its documents are."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)

    url: str = Field(
        pattern=rf"^https://({_LABEL}\.)+[a-z]{{2,24}}(:\d{{1,5}})?(/[A-Za-z0-9_-]{{1,64}})*$",
        description="Where Strapi answers, without /api and without a slash at the end.",
        examples=["https://cms.fjord-and-fern.example"],
    )
    locale: str = Field(
        default="",
        pattern=r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3})?$",
        description="The locale that the site shows; left out, Strapi's default one.",
    )
    currency: Currency = "USD"
    types: dict[ApiId, Unified] = Field(
        default_factory=lambda: dict(TYPES),
        min_length=1,
        description="What each content type, by its singular API ID, is on the site: article, "
        "page, product or collection. Documents of other types are left alone.",
    )
    plurals: dict[ApiId, ApiId] = Field(
        default_factory=dict,
        description="The plural API ID of a type where it is not the English one; of a single "
        "type, its singular again.",
    )

    def plural(self, model: str) -> str:
        """The API's word for a type."""
        return self.plurals.get(model) or english_plural(model)


def english_plural(word: str) -> str:
    """As Strapi's own editor proposes it for common words.

    >>> [english_plural(each) for each in ("article", "category", "address", "day")]
    ['articles', 'categories', 'addresses', 'days']
    """
    if word.endswith("y") and word[-2:-1] not in set("aeiou"):
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x", "z", "ch", "sh")) else f"{word}s"
