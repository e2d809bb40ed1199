"""Runs at the start of a build whose site renders its own repository.

    python3 checkout.py FOLDER      DATA_BUCKET/COMMIT_ARCHIVE -> FOLDER

Like `publisher.py`, a copy is among the tools of the build, which lie outside FOLDER: no file of a
repository can replace one. A preview has no commit: its files are in FOLDER already. The files of
`under/` beside this tool are added where the site has none at the same path.
"""

import logging
import os
import shutil
import stat
import sys
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import IO

ARCHIVE = "COMMIT_ARCHIVE"
log = logging.getLogger("checkout")
UNDER = Path(__file__).parent / "under"


class CheckoutError(Exception):
    """The commit cannot be built. The text is a line of the build's log."""


def unpack(archive: IO[bytes], folder: Path) -> int:
    """Unpack a zip archive below `folder`. Returns the number of files."""
    with zipfile.ZipFile(archive) as files:
        entries = [entry for entry in files.infolist() if not entry.is_dir()]
        for entry in entries:
            path = PurePosixPath(entry.filename)
            if path.is_absolute() or ".." in path.parts or not path.parts:
                raise CheckoutError(f"{entry.filename!r} leads outside the site")
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            with files.open(entry) as source, target.open("wb") as copy:
                shutil.copyfileobj(source, copy)
            if entry.external_attr >> 16 & stat.S_IXUSR:
                target.chmod(0o755)
    return len(entries)


def add_missing_files(under: Path, folder: Path) -> int:
    """Copy the files that the site does not have itself. Returns their number."""
    added = 0
    for place, _, names in os.walk(under):
        for name in names:
            source = Path(place) / name
            target = folder / source.relative_to(under)
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
                added += 1
    return added


def download(environment: Mapping[str, str], file: IO[bytes]) -> None:
    """Write the archive of the build's commit to a file."""
    import boto3

    if not environment.get("DATA_BUCKET"):
        raise CheckoutError("not set in this build's environment: DATA_BUCKET")
    client = boto3.client("s3")
    body = client.get_object(Bucket=environment["DATA_BUCKET"], Key=environment[ARCHIVE])["Body"]
    shutil.copyfileobj(body, file)


def main(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> int:
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    logging.getLogger("botocore").setLevel(logging.WARNING)
    try:
        if len(arguments) != 1:
            raise CheckoutError("use: checkout.py FOLDER")
        folder = Path(arguments[0])
        folder.mkdir(exist_ok=True)
        if environment.get(ARCHIVE):
            with tempfile.TemporaryFile() as file:
                download(environment, file)
                count = unpack(file, folder)
            log.info("the commit has %d files", count)
        if added := add_missing_files(UNDER, folder):
            log.info("added %d files of the editor", added)
    except CheckoutError as error:
        log.error("refused: %s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
