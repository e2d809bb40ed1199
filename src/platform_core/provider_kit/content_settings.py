"""Types of settings that all content providers share."""

from typing import Annotated, Literal

from pydantic import Field

UnifiedType = Literal["article", "page", "product", "collection"]
"""The unified types that a vendor's document type can map to."""

Currency = Annotated[
    str,
    Field(pattern=r"^[A-Z]{3}$", description="The currency of prices that name none (ISO 4217)."),
]
