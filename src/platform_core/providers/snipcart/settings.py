"""The settings of a Snipcart account."""

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """The account and its currency."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)

    public_api_key: str = Field(
        pattern=r"^[A-Za-z0-9_-]{4,256}={0,2}$",
        description="Public API key, which every page contains: app.snipcart.com, Account, "
        "API keys.",
        examples=["ZmpvcmQtYW5kLWZlcm4"],
    )
    currency: str = Field(
        default="USD",
        pattern=r"^[A-Z]{3}$",
        description="Currency of the cart (ISO 4217). A product with a price in another currency "
        "is displayed but not sold.",
    )
    cart_version: str = Field(
        default="3.7.1",
        pattern=r"^3\.\d{1,3}\.\d{1,3}$",
        description="Version of Snipcart's script and style sheet on the pages.",
    )
