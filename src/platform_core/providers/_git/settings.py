"""The settings of the repository that holds a client's content."""

import unicodedata
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from platform_core.provider import Context
from platform_core.provider_kit.content_settings import Currency, Locale, UnifiedType
from platform_core.provider_kit.git_names import Branch, Folder

_SEGMENT: Final = r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*"

GITHUB: Final = r"github:[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}"
GITLAB: Final = rf"gitlab:{_SEGMENT}(/{_SEGMENT}){{1,20}}"
FOLDERS: dict[str, UnifiedType] = {
    "content/articles": "article",
    "content/posts": "article",
    "content/blog": "article",
    "content/pages": "page",
    "content/products": "product",
    "content/collections": "collection",
}


class GitSettings(BaseModel):
    """The repository, and the content type of each folder."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)

    repository: str = Field(
        pattern=rf"^({GITHUB}|{GITLAB})$",
        max_length=300,
        description="Repository, as github:OWNER/NAME or gitlab:GROUP/NAME.",
        examples=["github:fjord-and-fern/journal"],
    )
    branch: Branch = Field(
        default="main",
        description="Published branch. Pushes to other branches are ignored.",
    )
    folders: dict[Folder, UnifiedType] = Field(
        default_factory=lambda: dict(FOLDERS),
        min_length=1,
        description="Type of the files in each folder: article, page, product or collection. "
        "Files in other folders are ignored.",
    )
    bot: str = Field(
        default="platform[bot]",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,60}(\[bot\])?$",
        description="Account of our own commits. A push with only its commits is ignored.",
    )
    media_url: str = Field(
        default="",
        pattern=r"^(https://[A-Za-z0-9.-]+(:\d{1,5})?(/[A-Za-z0-9._~/-]*)?)?$",
        description="Base URL of uploaded images, for paths that start with a slash. By default, "
        "images come from the repository itself.",
    )
    media_folder: Folder = Field(
        default="static",
        description="Folder of the repository with the files that the site serves at its root.",
    )
    currency: Currency = "USD"
    locale: Locale = ""

    @property
    def host(self) -> str:
        """`github` or `gitlab`."""
        return self.repository.partition(":")[0]

    @property
    def full_name(self) -> str:
        """OWNER/NAME."""
        return self.repository.partition(":")[2]

    def content_id(self, path: str) -> str:
        """Return the content id of a file, which includes its repository."""
        return f"{self.repository}:{path}"

    def folder_of(self, path: str) -> str | None:
        """Return the innermost content folder of a file. None if it is in none."""
        # macOS stores `é` as two characters (NFD); the settings have one (NFC).
        composed = unicodedata.normalize("NFC", path)
        inside = [folder for folder in self.folders if composed.startswith(f"{folder}/")]
        return max(inside, key=len, default=None)

    def path_in_folder(self, path: str) -> str:
        """Return the path of a file below its content folder."""
        folder = self.folder_of(path)
        composed = unicodedata.normalize("NFC", path)
        return composed.removeprefix(f"{folder}/") if folder else composed

    def content_type_of(self, path: str) -> str | None:
        """Return the type of a file, from the innermost matching folder. None if none matches."""
        folder = self.folder_of(path)
        return self.folders[folder] if folder else None


def git_settings(context: Context) -> GitSettings:
    """Return the context's settings with their type."""
    assert isinstance(context.settings, GitSettings)  # noqa: S101 - for the type checker
    return context.settings


def editor_page(settings: GitSettings, site_url: str) -> str:
    """Return the page of the editor, which is a part of the site."""
    return f"{site_url}/admin/"
