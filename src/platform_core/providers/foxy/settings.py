"""The settings of a Foxy store."""

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """The store and its currency."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)

    store_domain: str = Field(
        pattern=r"^[a-z0-9][a-z0-9-]{0,62}(\.[a-z0-9][a-z0-9-]{0,62}){1,4}$",
        max_length=253,
        description="Domain of the store's cart: NAME.foxycart.com, or the store's own domain.",
        examples=["fjord-and-fern.foxycart.com"],
    )
    currency: str = Field(
        default="USD",
        pattern=r"^[A-Z]{3}$",
        description="Currency of the store (ISO 4217). A product with a price in another currency "
        "is displayed but not sold.",
    )
