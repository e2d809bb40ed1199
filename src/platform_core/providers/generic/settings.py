"""The settings of a custom sender."""

from pydantic import BaseModel, ConfigDict, Field

from platform_core.provider_kit.content_settings import Currency, Locale
from platform_core.providers.web_address import WEB_ADDRESS


class Settings(BaseModel):
    """The listing of the sender, if it has one, and its currency."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)

    listing_url: str | None = Field(
        default=None,
        pattern=WEB_ADDRESS,
        max_length=500,
        description="URL that lists all items of the sender, as {items: [...], next: URL or "
        "null}, each item like the data of content.updated. Without it, content comes from "
        "webhooks only, and integration_mode has to be event_driven.",
        examples=["https://press.fjord-and-fern.example/content.json"],
        json_schema_extra={"needed_in": "direct"},
    )
    currency: Currency = "USD"
    locale: Locale = ""
