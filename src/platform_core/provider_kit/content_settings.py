"""Types of settings that all content providers share."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from platform_core.provider_kit.locales import LOCALE_PATTERN, check_locale

UnifiedType = Literal["article", "page", "product", "collection"]
"""The unified types that a vendor's document type can map to."""

Locale = Annotated[
    str,
    Field(
        pattern=LOCALE_PATTERN,
        max_length=20,
        description="Language of the site, for content that exists in several: de, pt-BR. By "
        "default English, or else the language that is found first.",
    ),
    AfterValidator(check_locale),
]

Currency = Annotated[
    str,
    Field(pattern=r"^[A-Z]{3}$", description="The currency of prices that name none (ISO 4217)."),
]
