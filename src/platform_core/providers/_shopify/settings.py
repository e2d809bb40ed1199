"""The settings of a Shopify shop."""

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """The shop and its currency."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)

    store_domain: str = Field(
        pattern=r"^[a-z0-9][a-z0-9-]{0,62}\.myshopify\.com$",
        description="The shop's own domain, always NAME.myshopify.com.",
        examples=["fjord-and-fern.myshopify.com"],
    )
    currency: str = Field(
        default="USD",
        pattern=r"^[A-Z]{3}$",
        description="Currency of the shop (ISO 4217). Shopify's webhooks do not contain it.",
    )
    api_version: str = Field(
        default="2026-10",
        pattern=r"^20\d{2}-(01|04|07|10)$",
        description="Version of Shopify's Admin API, named by quarter.",
    )
