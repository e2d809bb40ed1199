"""The settings of Tina: its repository and the source of its webhooks."""

from typing import Literal

from pydantic import Field

from platform_core.providers._git.settings import GITHUB, GitSettings, editor_page

__all__ = ["Settings", "editor_page"]


class Settings(GitSettings):
    """The repository (TinaCloud supports GitHub only) and the source of the webhook."""

    repository: str = Field(
        pattern=rf"^{GITHUB}$",
        max_length=300,
        description="Repository, as github:OWNER/NAME.",
        examples=["github:fjord-and-fern/journal"],
    )
    webhooks: Literal["git", "tinacloud"] = Field(
        default="git",
        description="Source of the webhooks: git is the repository's own webhook, which is "
        "signed; tinacloud is TinaCloud's, which is not signed.",
    )
    client_id: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9_-]{0,100}$",
        description="Client ID of the project on TinaCloud. Its editor logs in with it, and "
        "deliveries of other projects are ignored.",
    )
