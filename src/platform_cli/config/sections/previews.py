"""The `preview` section of a client's file."""

from pydantic import Field

from platform_cli.config.fields import StrictModel
from platform_cli.config.sections.build_secrets import BuildSecretText


class PreviewConfig(StrictModel):
    """Previews of the site beside the live one; see `platform preview`."""

    days: int = Field(default=7, ge=1, le=90)
    """Days after which a preview is deleted."""
    limit: int = Field(default=20, ge=1, le=100)
    """Maximum number of previews at a time."""
    build_secrets: list[BuildSecretText] = Field(default_factory=list, max_length=20)
    """Secrets that the builds of previews get, such as sanity.drafts_token. By default none, also
    not those of site.build_secrets. Requires content: api."""
