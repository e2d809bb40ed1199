"""What a client says of the repository that holds its content."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from platform_core.provider import Context
from platform_core.providers.content_settings import Currency, Unified

_SEGMENT: Final = r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*"
Folder = Annotated[str, StringConstraints(pattern=rf"^{_SEGMENT}(/{_SEGMENT})*$", max_length=200)]

GITHUB: Final = r"github:[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}"
GITLAB: Final = rf"gitlab:{_SEGMENT}(/{_SEGMENT}){{1,20}}"
FOLDERS: dict[str, Unified] = {
    "content/articles": "article",
    "content/posts": "article",
    "content/blog": "article",
    "content/pages": "page",
    "content/products": "product",
    "content/collections": "collection",
}


class GitSettings(BaseModel):
    """Where the content lies, and what each folder holds."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)

    repository: str = Field(
        pattern=rf"^({GITHUB}|{GITLAB})$",
        max_length=300,
        description="The repository, as github:OWNER/NAME or gitlab:GROUP/NAME.",
        examples=["github:fjord-and-fern/journal"],
    )
    branch: str = Field(
        default="main",
        pattern=r"^[A-Za-z0-9_][A-Za-z0-9_-]*([./][A-Za-z0-9_-]+)*$",
        max_length=200,
        description="The branch that is published; pushes to others change nothing.",
    )
    folders: dict[Folder, Unified] = Field(
        default_factory=lambda: dict(FOLDERS),
        min_length=1,
        description="What the files in each folder are on the site: article, page, product or "
        "collection. Files elsewhere are left alone.",
    )
    bot: str = Field(
        default="platform[bot]",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,60}(\[bot\])?$",
        description="The account that we commit with: a push of its commits only changes nothing.",
    )
    media_url: str = Field(
        default="",
        pattern=r"^(https://[A-Za-z0-9.-]+(:\d{1,5})?(/[A-Za-z0-9._~/-]*)?)?$",
        description="Where uploaded images are served, for paths that start with a slash; left "
        "out, they come from the repository itself.",
    )
    media_folder: Folder = Field(
        default="static",
        description="The folder of the repository that holds what is served from the site's root.",
    )
    currency: Currency = "USD"

    @property
    def host(self) -> str:
        """`github` or `gitlab`."""
        return self.repository.partition(":")[0]

    @property
    def full_name(self) -> str:
        """OWNER/NAME."""
        return self.repository.partition(":")[2]

    def content_id(self, path: str) -> str:
        return f"{self.repository}:{path}"

    def type_of(self, path: str) -> str | None:
        """What a file is on the site, by the innermost folder that says so; None: nothing."""
        inside = [folder for folder in self.folders if path.startswith(f"{folder}/")]
        return self.folders[max(inside, key=len)] if inside else None


def of(context: Context) -> GitSettings:
    assert isinstance(context.settings, GitSettings)  # noqa: S101 - for the type checker
    return context.settings
