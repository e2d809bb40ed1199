"""The settings of Decap: its repository and its login."""

from pydantic import Field

from platform_core.providers._git.settings import GitSettings, editor_page

__all__ = ["Settings", "editor_page"]


class Settings(GitSettings):
    """The repository, and the additional settings of Decap's login."""

    auth_url: str = Field(
        default="",
        pattern=r"^(https://[A-Za-z0-9.-]+(:\d{1,5})?(/[A-Za-z0-9._~-]+)*)?$",
        description="For GitHub: OAuth server of Decap's login. By default, Decap uses Netlify's.",
    )
    app_id: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9_-]{0,128}$",
        description="For GitLab: Application ID of the OAuth application for Decap's login (not "
        "confidential, scope api).",
    )
