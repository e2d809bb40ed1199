"""What a client says of its Sanity project."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from platform_core.providers.content_settings import Currency, Unified

DocumentType = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,63}$")]

TYPES: dict[str, Unified] = {
    "article": "article",
    "post": "article",
    "page": "page",
    "product": "product",
    "collection": "collection",
    "category": "collection",
}


class Settings(BaseModel):
    """Which dataset a site is made of, and what its documents are."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)

    project_id: str = Field(
        pattern=r"^[a-z0-9][a-z0-9-]{0,62}$",
        description="The project's id, as sanity.io/manage shows it.",
        examples=["fjordfrn"],
    )
    dataset: str = Field(
        default="production",
        pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$",
        description="The dataset that the site shows.",
    )
    api_version: str = Field(
        default="2025-02-19",
        pattern=r"^\d{4}-\d{2}-\d{2}$",
        description="The version of Sanity's API, a date.",
    )
    currency: Currency = "USD"
    types: dict[DocumentType, Unified] = Field(
        default_factory=lambda: dict(TYPES),
        min_length=1,
        description="What each document type is on the site: article, page, product or "
        "collection. Documents of other types are left alone.",
    )

    @field_validator("api_version")
    @classmethod
    def _is_a_date(cls, value: str) -> str:
        date.fromisoformat(value)
        return value
