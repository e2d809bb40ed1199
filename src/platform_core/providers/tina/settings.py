"""What a client says of Tina: its repository, and who tells of changes."""

from typing import Literal

from pydantic import Field

from platform_core.providers._git.settings import GITHUB, GitSettings


class Settings(GitSettings):
    """The repository (TinaCloud knows GitHub's only), and where the webhook comes from."""

    repository: str = Field(
        pattern=rf"^{GITHUB}$",
        max_length=300,
        description="The repository, as github:OWNER/NAME.",
        examples=["github:fjord-and-fern/journal"],
    )
    webhooks: Literal["git", "tinacloud"] = Field(
        default="git",
        description="Who tells of changes: git is the repository's own webhook, which signs what "
        "it says; tinacloud is TinaCloud's, which signs nothing.",
    )
    client_id: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9_-]{0,100}$",
        description="The project's Client ID on TinaCloud: its editor logs in with it, and "
        "deliveries of another project change nothing.",
    )
