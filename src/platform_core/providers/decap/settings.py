"""What a client says of Decap: its repository, and how its editors log in."""

from pydantic import Field

from platform_core.providers._git.settings import GitSettings


class Settings(GitSettings):
    """The repository, and what Decap's login needs besides."""

    auth_url: str = Field(
        default="",
        pattern=r"^(https://[A-Za-z0-9.-]+(:\d{1,5})?(/[A-Za-z0-9._~-]+)*)?$",
        description="For GitHub: the OAuth server that Decap's editors log in through; left out, "
        "Decap asks Netlify's.",
    )
    app_id: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9_-]{0,128}$",
        description="For GitLab: the Application ID of the OAuth application (not confidential, "
        "scope api) that Decap's editors log in through.",
    )
