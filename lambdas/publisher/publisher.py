"""Runs inside a build: brings the content in, and takes the finished site out.

    python3 publisher.py fetch              DATA_BUCKET/snapshots/<attempt>.json -> content.json
    python3 publisher.py publish FOLDER     FOLDER -> SITE_BUCKET

It travels alone in the source archive of every site, so it stands on the standard library and
boto3, and on nothing of this project.

A release is write-once. Every put asks that the key be new, shared assets go first, pages after
them, and `release.json`, the manifest, last: without it there is no release, so half an upload
can never go live. A run that is repeated finds its own objects and goes on. The role of a build
may not read what it wrote; an asset therefore carries the SHA-256 of its bytes in its name, and
one whose name does not match fails the build: "there already" then means "these very bytes".
"""

import hashlib
import json
import logging
import mimetypes
import os
import re
import sys
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CONTENT = Path("content.json")
FEED_VERSION = 1
MANIFEST = "release.json"
ASSETS = "assets/"
REQUIRED = ("index.html", "404.html")

UPLOADS_AT_ONCE = 12
CONFLICT_RETRIES = 5
CHUNK = 1024 * 1024
ATTEMPT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
KEY = re.compile(r"[^\x00-\x1f\x7f\\]{1,900}")
HASHED = re.compile(r"[.-]([0-9a-f]{64})\.[A-Za-z0-9.]+")

FOREVER = "public, max-age=31536000, immutable"
AT_THE_EDGE = "public, max-age=0, s-maxage=31536000, must-revalidate"
TYPES = mimetypes.MimeTypes().types_map[True] | {
    ".avif": "image/avif",
    ".ico": "image/x-icon",
    ".js": "text/javascript",
    ".map": "application/json",
    ".md": "text/markdown",
    ".mjs": "text/javascript",
    ".otf": "font/otf",
    ".ttf": "font/ttf",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
}
"""Python's own table, whatever the machine's settings; and what its versions lack or differ in."""
TEXT = re.compile(r"text/.*|image/svg\+xml|application/(.*\+)?(json|xml|yaml)")

log = logging.getLogger("publisher")


class Refused(Exception):
    """What would not make a release; the text is the last line of the build's log."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where this build reads and writes; ids and names from the environment, never content."""

    attempt: str
    site_bucket: str
    data_bucket: str

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Place":
        names = ("ATTEMPT_ID", "SITE_BUCKET", "DATA_BUCKET")
        if missing := [name for name in names if not environment.get(name)]:
            raise Refused(f"not set in this build's environment: {', '.join(missing)}")
        place = cls(*(environment[name] for name in names))
        if not ATTEMPT.fullmatch(place.attempt):
            raise Refused("ATTEMPT_ID is no id")
        return place

    def key(self, path: str) -> str:
        """The object key of a file of the output folder."""
        return path if path.startswith(ASSETS) else f"releases/{self.attempt}/{path}"


@dataclass(frozen=True, slots=True)
class File:
    """One file of the finished site; `path` is relative to the output folder, with slashes."""

    path: str
    source: Path
    sha256: str
    size: int

    @property
    def shared(self) -> bool:
        return self.path.startswith(ASSETS)

    @property
    def content_type(self) -> str:
        known = TYPES.get(self.source.suffix.lower(), "application/octet-stream")
        return f"{known}; charset=utf-8" if TEXT.fullmatch(known) else known

    @property
    def cache_control(self) -> str:
        return FOREVER if self.shared else AT_THE_EDGE


def fetch(s3: "S3Client", place: Place, target: Path = CONTENT) -> None:
    """Write this attempt's snapshot to `target`, whole or not at all."""
    key = f"snapshots/{place.attempt}.json"
    body = s3.get_object(Bucket=place.data_bucket, Key=key)["Body"]
    partial = target.with_name(f".{target.name}.part")
    with partial.open("wb") as file:
        for chunk in body.iter_chunks(CHUNK):
            file.write(chunk)
    try:
        feed = json.loads(partial.read_bytes())
    except ValueError as error:
        raise Refused(f"{key} is not JSON: {error}") from error
    if not isinstance(feed, dict) or feed.get("version") != FEED_VERSION:
        raise Refused(f"{key} is not a content feed of version {FEED_VERSION}")
    partial.replace(target)
    counts = (f"{len(items)} {kind}" for kind, items in feed.items() if isinstance(items, list))
    log.info("content: revision %s with %s", feed.get("revision"), ", ".join(counts))


def publish(s3: "S3Client", place: Place, output: Path) -> None:
    """Put the folder into the site bucket as one release; the manifest last."""
    files = collect(output)
    shared = [file for file in files if file.shared]
    pages = [file for file in files if not file.shared]
    for kind, group in (("assets", shared), ("pages", pages)):
        new = _upload(s3, place, group)
        log.info("%s: %d new, %d there already", kind, new, len(group) - new)
    text = manifest(place, files)
    last = File(MANIFEST, Path(MANIFEST), hashlib.sha256(text).hexdigest(), len(text))
    created = _put(s3, place, last, text)
    log.info("release %s is %s", place.attempt, "complete" if created else "there already")


def collect(output: Path) -> list[File]:
    """Every file of the output folder, by path. Raises `Refused` for what cannot be published."""
    root = Path.cwd().resolve()
    if output.is_absolute() or ".." in output.parts or (root / output).resolve() != root / output:
        raise Refused(f"{output} must be a real folder inside the source")
    if not output.is_dir():
        raise Refused(f"the site generator made no folder {output}")
    files = [_file(output, source) for source in sorted(_walk(output))]
    paths = {file.path for file in files}
    if missing := [path for path in REQUIRED if path not in paths]:
        raise Refused(f"the site generator made no {' and no '.join(missing)}")
    if MANIFEST in paths:
        raise Refused(f"{MANIFEST} is the name of the release's manifest: rename that file")
    return files


def manifest(place: Place, files: Sequence[File]) -> bytes:
    """The text of `release.json`: every file of the site, and where its bytes lie."""
    entries = {
        file.path: {
            "key": place.key(file.path),
            "sha256": file.sha256,
            "size": file.size,
            "content_type": file.content_type,
            "cache_control": file.cache_control,
        }
        for file in files
    }
    document = {"version": 1, "attempt": place.attempt, "files": entries}
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def _walk(folder: Path) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        for entry in entries:
            path = Path(entry.path)
            if entry.is_symlink():
                raise Refused(f"{path} is a symbolic link: it could name a file of the machine")
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(path)
            elif entry.is_file(follow_symlinks=False):
                yield path
            else:
                raise Refused(f"{path} is neither a file nor a folder")


def _file(output: Path, source: Path) -> File:
    path = source.relative_to(output).as_posix()
    if not KEY.fullmatch(path):
        raise Refused(f"{path!r} cannot be an object key")
    digest = hashlib.sha256()
    with source.open("rb") as content:
        while chunk := content.read(CHUNK):
            digest.update(chunk)
    file = File(path, source, digest.hexdigest(), source.stat().st_size)
    if file.shared:
        _check_name(file)
    return file


def _check_name(file: File) -> None:
    """Assets of all releases share one folder, so a name must stand for the same bytes forever."""
    named = HASHED.search(file.source.name)
    if named is None:
        raise Refused(
            f"{file.path} is shared by all releases, so its name must hold the SHA-256 of its"
            f" bytes, e.g. {file.source.stem}.{file.sha256}{file.source.suffix};"
            " a file without one belongs in another folder"
        )
    if named[1] != file.sha256:
        raise Refused(f"{file.path} holds other bytes than its name says ({file.sha256})")


def _upload(s3: "S3Client", place: Place, files: Sequence[File]) -> int:
    """How many of them were new. The first failure ends the rest."""
    with ThreadPoolExecutor(UPLOADS_AT_ONCE) as pool:
        running = [pool.submit(_put, s3, place, file) for file in files]
        try:
            return sum(upload.result() for upload in running)
        finally:
            pool.shutdown(cancel_futures=True)


def _put(s3: "S3Client", place: Place, file: File, text: bytes | None = None) -> bool:
    """Put one object where none is; False where one is. S3 refuses bytes that changed since."""
    from botocore.exceptions import ClientError

    for attempt in range(CONFLICT_RETRIES):
        try:
            s3.put_object(
                Bucket=place.site_bucket,
                Key=place.key(file.path),
                Body=file.source.read_bytes() if text is None else text,
                IfNoneMatch="*",
                ChecksumSHA256=b64encode(bytes.fromhex(file.sha256)).decode(),
                ContentType=file.content_type,
                CacheControl=file.cache_control,
            )
            return True
        except ClientError as error:
            match error.response["ResponseMetadata"]["HTTPStatusCode"]:
                case 412:
                    return False
                case 409:
                    time.sleep(attempt / 5)
                case _:
                    raise
    raise Refused(f"{file.path} is being written by somebody else")


def _client() -> "S3Client":
    import boto3
    from botocore.config import Config

    patient = Config(retries={"mode": "standard"}, max_pool_connections=UPLOADS_AT_ONCE)
    client: S3Client = boto3.client("s3", config=patient)
    return client


def run(arguments: Sequence[str]) -> None:
    """One command; raises `Refused` for what a person can mend."""
    match list(arguments):
        case ["fetch"]:
            fetch(_client(), Place.of(os.environ))
        case ["publish", output]:
            publish(_client(), Place.of(os.environ), Path(output))
        case _:
            raise Refused("use: publisher.py fetch | publish FOLDER")


def main() -> int:
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    logging.getLogger("botocore").setLevel(logging.WARNING)
    try:
        run(sys.argv[1:])
    except Refused as refusal:
        log.error("refused: %s", refusal)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
