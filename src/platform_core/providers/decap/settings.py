"""The settings of Decap: its repository and its login."""

from typing import Literal, Self

from pydantic import Field, model_validator

from platform_core.contract import LOGIN_DEFAULT_SCOPE
from platform_core.providers._git.settings import GitSettings, editor_page

__all__ = ["Settings", "editor_page"]


class Settings(GitSettings):
    """The repository, and the additional settings of Decap's login."""

    auth_url: str = Field(
        default="",
        pattern=r"^(https://[A-Za-z0-9.-]+(:\d{1,5})?(/[A-Za-z0-9._~-]+)*)?$",
        description="For GitHub: OAuth server of Decap's login. By default, Decap uses Netlify's.",
    )
    login_client_id: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9._-]{0,128}$",
        description="For GitHub: client ID of an OAuth app. The site then has a login relay of its "
        "own, and needs no auth_url.",
    )
    login_scope: Literal["repo", "public_repo"] = Field(
        default=LOGIN_DEFAULT_SCOPE,
        description="Access that editors grant to the OAuth app. public_repo is enough for a "
        "public repository.",
    )
    app_id: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9_-]{0,128}$",
        description="For GitLab: Application ID of the OAuth application for Decap's login (not "
        "confidential, scope api).",
    )

    @model_validator(mode="after")
    def _check_login(self) -> Self:
        if self.login_client_id and self.host != "github":
            raise ValueError("login_client_id is for a repository on GitHub")
        if self.login_client_id and self.auth_url:
            raise ValueError("login_client_id and auth_url exclude each other: remove one")
        return self
