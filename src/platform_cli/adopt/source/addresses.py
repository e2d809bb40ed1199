"""Tell folders from addresses of Git repositories, and refuse every other address.

Git can run programs for an address (`ext::sh -c ...`), and reads an address with a leading hyphen
as an option. So only the forms below reach it: https and ssh, without a password.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from platform_cli.errors import UsageError

ALLOWED: Final = "https://HOST/PATH, ssh://USER@HOST/PATH, USER@HOST:PATH or github:OWNER/NAME"
_HOST: Final = r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?"
_PATH: Final = r"[A-Za-z0-9_~][\w.~/+-]{0,300}"
_FORMS: Final = (
    re.compile(rf"(?P<scheme>https)://(?P<host>{_HOST})(?::\d{{1,5}})?/(?P<path>{_PATH})"),
    re.compile(
        rf"(?P<scheme>ssh)://(?:[\w.-]+@)?(?P<host>{_HOST})(?::\d{{1,5}})?/(?P<path>{_PATH})"
    ),
    re.compile(rf"[A-Za-z0-9_][\w.-]*@(?P<host>{_HOST}):(?P<path>{_PATH})"),
)
_SHORT: Final = re.compile(r"(?P<host>github|gitlab):(?P<path>[\w.-]+(?:/[\w.-]+)+)")
_BRANCH: Final = re.compile(r"[A-Za-z0-9_][\w./+@-]{0,200}")
_ADDRESS: Final = re.compile(r"[\w.+-]*:|.*@.*:|-")
_HOSTS: Final = {"github": "github.com", "gitlab": "gitlab.com"}


@dataclass(frozen=True, slots=True)
class GitAddress:
    """A repository that Git may read, and the branch to read."""

    url: str
    host: str
    path: str
    """Path at the host, without `.git`."""
    branch: str = ""
    """Empty for the default branch."""

    @property
    def repository(self) -> str:
        """The repository as github:OWNER/NAME or gitlab:GROUP/NAME; empty for other hosts."""
        short = {host: name for name, host in _HOSTS.items()}.get(self.host)
        return f"{short}:{self.path}" if short else ""

    @property
    def name(self) -> str:
        """Name of the repository, without its owner."""
        return self.path.rpartition("/")[2]


def parse_source(text: str) -> Path | GitAddress:
    """Return the folder or the repository that a person names. Raises `UsageError`."""
    folder = Path(text).expanduser()
    # A folder with the name of an address is a folder: nothing of it runs.
    if is_folder(folder):
        return folder
    if not _ADDRESS.match(text):
        raise UsageError(f"there is no folder {text}", hint=f"name a folder, or {ALLOWED}")
    return parse_address(text)


def is_folder(path: Path) -> bool:
    """Return whether there is a folder. False for a name that no file can have."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def parse_address(text: str) -> GitAddress:
    """Parse the address of a repository, with `#BRANCH` at its end. Raises `UsageError`."""
    url, _, branch = text.partition("#")
    if "::" in url or url.startswith("-"):
        raise UsageError("this address could make Git run a program", hint=f"use {ALLOWED}")
    if re.match(r"https://[^/]*@", url):
        raise UsageError(
            "an address cannot contain a user or a password",
            hint="leave it out; Git asks your credential helper",
        )
    if branch and (not _BRANCH.fullmatch(branch) or ".." in branch):
        raise UsageError(f"{branch!r} cannot be the name of a branch")
    if match := _SHORT.fullmatch(url):
        host = _HOSTS[match["host"]]
        return GitAddress(f"https://{host}/{match['path']}.git", host, match["path"], branch)
    for form in _FORMS:
        match = form.fullmatch(url)
        if match and ".." not in match["path"].split("/"):
            path = match["path"].rstrip("/").removesuffix(".git")
            return GitAddress(url, match["host"].lower(), path, branch)
    raise UsageError(f"{url!r} is not an address of a repository", hint=f"use {ALLOWED}")


def read_origin(git_config: str) -> str:
    """Return the repository that a folder was cloned from, from the text of its `.git/config`.

    Git itself is not asked: a setting in this file can make it run a program.
    """
    section = re.search(r'\[remote "origin"\](?P<body>[^\[]*)', git_config)
    url = (
        re.search(r"^[ \t]*url[ \t]*=[ \t]*(\S+)[ \t]*$", section["body"], re.MULTILINE)
        if section
        else None
    )
    try:
        return parse_address(url[1]).repository if url else ""
    except UsageError:
        return ""
