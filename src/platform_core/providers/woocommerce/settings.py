"""The settings of a WooCommerce shop."""

from pydantic import BaseModel, ConfigDict, Field

from platform_core.providers.web_address import WEB_ADDRESS


class Settings(BaseModel):
    """The shop and its currency."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)

    store_url: str = Field(
        pattern=WEB_ADDRESS,
        max_length=200,
        description="URL of WordPress: https, without a slash at the end.",
        examples=["https://shop.fjord-and-fern.example"],
    )
    currency: str = Field(
        default="USD",
        pattern=r"^[A-Z]{3}$",
        description="Currency of the shop (ISO 4217). Its products do not contain it.",
    )
