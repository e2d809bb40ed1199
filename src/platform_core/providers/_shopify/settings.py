"""What a client says of its shop."""

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """Which shop sells, and in which currency."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)

    store_domain: str = Field(
        pattern=r"^[a-z0-9][a-z0-9-]{0,62}\.myshopify\.com$",
        description="The shop's own address, always NAME.myshopify.com.",
        examples=["fjord-and-fern.myshopify.com"],
    )
    currency: str = Field(
        default="USD",
        pattern=r"^[A-Z]{3}$",
        description="The shop's currency (ISO 4217): Shopify's webhooks do not name it.",
    )
    api_version: str = Field(
        default="2026-10",
        pattern=r"^20\d{2}-(01|04|07|10)$",
        description="The version of Shopify's Admin API, a quarter.",
    )
