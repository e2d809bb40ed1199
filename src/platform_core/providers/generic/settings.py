"""What a client says of its sender."""

from pydantic import BaseModel, ConfigDict, Field

from platform_core.providers.content_settings import Currency
from platform_core.providers.web_address import WEB_ADDRESS


class Settings(BaseModel):
    """Where everything can be read at once, if anywhere."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)

    listing_url: str | None = Field(
        default=None,
        pattern=WEB_ADDRESS,
        max_length=500,
        description="Where the sender lists all of its items, as {items: [...], next: address or "
        "null}, each like the data of content.updated. Left out, only webhooks bring content: then "
        "integration_mode has to be event_driven.",
        examples=["https://press.fjord-and-fern.example/content.json"],
        json_schema_extra={"needed_in": "direct"},
    )
    currency: Currency = "USD"
