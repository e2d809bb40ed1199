"""What a client says of its shop."""

from pydantic import BaseModel, ConfigDict, Field

from platform_core.providers.web_address import WEB_ADDRESS


class Settings(BaseModel):
    """Which shop sells, and in which currency."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)

    store_url: str = Field(
        pattern=WEB_ADDRESS,
        max_length=200,
        description="Where WordPress is: https, and no slash at the end.",
        examples=["https://shop.fjord-and-fern.example"],
    )
    currency: str = Field(
        default="USD",
        pattern=r"^[A-Z]{3}$",
        description="The shop's currency (ISO 4217): its products do not name it.",
    )
