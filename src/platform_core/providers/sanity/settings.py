"""The settings of a Sanity project."""

from datetime import date
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
)

from platform_core.provider_kit.content_settings import Currency, UnifiedType
from platform_core.provider_kit.locales import LOCALE_PATTERN, check_locale

DocumentType = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,63}$")]

TYPES: dict[str, UnifiedType] = {
    "article": "article",
    "post": "article",
    "page": "page",
    "product": "product",
    "collection": "collection",
    "category": "collection",
}


class Settings(BaseModel):
    """The dataset of a site, and the unified types of its documents."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)

    project_id: str = Field(
        pattern=r"^[a-z0-9][a-z0-9-]{0,62}$",
        description="Id of the project, as sanity.io/manage displays it.",
        examples=["fjordfrn"],
    )
    dataset: str = Field(
        default="production",
        pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$",
        description="Dataset of the site.",
    )
    api_version: str = Field(
        default="2025-02-19",
        pattern=r"^\d{4}-\d{2}-\d{2}$",
        description="Version of Sanity's API, a date.",
    )
    locale: Annotated[
        str,
        Field(
            max_length=35,
            pattern=LOCALE_PATTERN,
            description="Language of the site, such as en or de-CH. Documents in another language "
            "are left out, and fields with several languages are read in this one. By default, "
            "every document is read, and each field in English or else its first language.",
        ),
        AfterValidator(check_locale),
    ] = ""
    currency: Currency = "USD"
    types: dict[DocumentType, UnifiedType] = Field(
        default_factory=lambda: dict(TYPES),
        min_length=1,
        description="Unified type of each document type: article, page, product or collection. "
        "Documents of other types are ignored.",
    )

    @field_validator("api_version")
    @classmethod
    def _validate_date(cls, value: str) -> str:
        date.fromisoformat(value)
        return value

    @property
    def drafts_perspective(self) -> str:
        """The perspective that shows each document with its draft, which has had two names."""
        return "drafts" if self.api_version >= "2025-02-19" else "previewDrafts"


def editor_page(settings: Settings, site_url: str) -> str:
    """Return the page of the project. The address of its Studio is known to Sanity only."""
    return f"https://www.sanity.io/manage/project/{settings.project_id}"
