"""The last published version: its commit, and the files of that commit.

    python -m tests.packaging.last_version    fetches the commit if this clone does not have it

A shallow clone may lack the commit. `make slow` runs this command first. A copy of the source
without its history has nothing to fetch from: then the tests of the upgrade skip and say so.
"""

import io
import subprocess
import sys
import tarfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
RECORD = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True)
class PublishedVersion:
    """A version, and the commit whose files are that version."""

    version: str
    commit: str

    def is_here(self) -> bool:
        """Return whether this clone has the commit."""
        return _git("cat-file", "-e", f"{self.commit}^{{commit}}").returncode == 0

    def fetch(self) -> None:
        """Fetch the commit alone, without its history, from where this clone came from."""
        _git("fetch", "--quiet", "--depth=1", "--no-tags", "origin", self.commit)

    def unpack(self, folder: Path) -> None:
        """Write the files of the commit into a folder."""
        archive = io.BytesIO(_git("archive", "--format=tar", self.commit).stdout)
        with tarfile.open(fileobj=archive) as files:
            files.extractall(folder, filter="data")

    def how_to_get(self) -> str:
        """Return a message that names the missing commit and the command that fetches it."""
        return (
            f"This clone does not have commit {self.commit} of version {self.version}, from which "
            f"the tests upgrade ({RECORD.relative_to(ROOT)}). To fetch it:\n"
            f"    git fetch --depth=1 origin {self.commit}"
        )


def last_version() -> PublishedVersion:
    """Read the record."""
    return PublishedVersion(**tomllib.loads(RECORD.read_text()))


def _git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, check=False)


def main() -> None:
    """Fetch the commit, or say that the tests of the upgrade will skip."""
    published = last_version()
    if not published.is_here():
        published.fetch()
    if not published.is_here():
        message = f"The tests of the upgrade will skip. {published.how_to_get()}"
        print(message, file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    main()
