"""Kinds of settings that every source of content has."""

from typing import Annotated, Literal

from pydantic import Field

Unified = Literal["article", "page", "product", "collection"]
"""What a document of the vendor's can be on the site."""

Currency = Annotated[
    str,
    Field(pattern=r"^[A-Z]{3}$", description="The currency of prices that name none (ISO 4217)."),
]
