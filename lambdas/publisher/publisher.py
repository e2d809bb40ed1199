"""Runs inside a build: downloads the content, and uploads the finished site.

    python3 publisher.py fetch              DATA_BUCKET/snapshots/<attempt>.json -> content.json
    python3 publisher.py publish FOLDER     FOLDER -> SITE_BUCKET

A copy is in every site's source archive, so it uses the standard library and boto3 only. A release
is write-once: every put requires that the key is new. The manifest `release.json` comes last:
without it there is no release. A repeated run finds its own objects and continues. A build may not
read what it wrote, so the name of an asset holds the SHA-256 of its bytes.
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
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CONTENT = Path("content.json")
FEED_VERSION = 1
MANIFEST = "release.json"
ASSETS = "assets/"
REQUIRED = ("index.html", "404.html")
TOOLS = Path(__file__).parent
RULES = ("platform_redirects", "platform_headers")  # Of the client's file.
REFUSAL = TOOLS / "refused"  # The reason of `secret_check.py` to publish nothing but itself.
MAX_FILES = 20_000  # The builder reads no more of either.
MAX_MANIFEST_BYTES = 8 * 1024 * 1024
PARALLEL_UPLOADS = 12
CONFLICT_RETRIES = 5
CHUNK = 1024 * 1024
ATTEMPT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
KEY = re.compile(r"[^\x00-\x1f\x7f\\]{1,900}")
HASHED = re.compile(r"[.-]([0-9a-f]{64})\.[A-Za-z0-9.]+")
FOREVER = "public, max-age=31536000, immutable"
AT_THE_EDGE = "public, max-age=0, s-maxage=31536000, must-revalidate"
CACHING = {"releases": AT_THE_EDGE, "previews": "no-store"}
TYPES = mimetypes.MimeTypes().types_map[True] | {
    ".avif": "image/avif", ".ico": "image/x-icon", ".js": "text/javascript", ".otf": "font/otf",
    ".map": "application/json", ".md": "text/markdown", ".mjs": "text/javascript",
    ".ttf": "font/ttf", ".webp": "image/webp", ".woff": "font/woff", ".woff2": "font/woff2",
    ".xml": "application/xml", ".yaml": "application/yaml", ".yml": "application/yaml",
}  # fmt: skip
"""Python's own table without the machine's settings, and types on which its versions disagree."""
TEXT = re.compile(r"text/.*|image/svg\+xml|application/(.*\+)?(json|xml|yaml)")

log = logging.getLogger("publisher")


class PublishError(Exception):
    """The site cannot be published. The text is the last line of the build's log."""


@dataclass(frozen=True, slots=True)
class BuildTarget:
    """The attempt and the buckets of this build, from the environment."""

    attempt: str
    site_bucket: str
    data_bucket: str
    folder: str = ""
    """The folder of the release; empty: the attempt, as in older deploys."""
    has_release_assets: bool = field(default=False, kw_only=True)
    """Whether an asset without a hash in its name belongs to its release."""
    kind: str = field(default="releases", kw_only=True)  # Or "previews".

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "BuildTarget":
        names = ("ATTEMPT_ID", "SITE_BUCKET", "DATA_BUCKET")
        role_id = environment.get("BUILD_ROLE_ID")
        required = (*names, "CODEBUILD_BUILD_ID") if role_id else names
        if missing := [name for name in required if not environment.get(name)]:
            raise PublishError(f"not set in this build's environment: {', '.join(missing)}")
        is_own = "RELEASE_ASSETS" in environment
        target = cls(*(environment[name] for name in names), has_release_assets=is_own)
        if not ATTEMPT.fullmatch(target.attempt):
            raise PublishError("ATTEMPT_ID is not a valid id")
        if not role_id:
            return target
        # The role may write below the id of its session only: `contract.build_folder`.
        build = environment["CODEBUILD_BUILD_ID"].rpartition(":")[2]
        kind = "previews" if "PREVIEW_BUILD" in environment else "releases"
        return replace(target, folder=f"{role_id}:AWSCodeBuild-{build}", kind=kind)

    def shares(self, path: str) -> bool:
        """Return whether all releases share a file of the output folder."""
        is_own = self.has_release_assets and not HASHED.search(path.rpartition("/")[2])
        return self.kind == "releases" and path.startswith(ASSETS) and not is_own

    def key(self, path: str) -> str:
        """Return the object key of a file in the output folder."""
        return path if self.shares(path) else f"{self.kind}/{self.folder or self.attempt}/{path}"


@dataclass(frozen=True, slots=True)
class SiteFile:
    """A file of the finished site. `path` is relative to the output folder, with slashes."""

    path: str
    source: Path
    sha256: str
    size: int
    shared: bool = False

    @property
    def content_type(self) -> str:
        known = TYPES.get(self.source.suffix.lower(), "application/octet-stream")
        return f"{known}; charset=utf-8" if TEXT.fullmatch(known) else known


def fetch(s3: "S3Client", build: BuildTarget, output: Path = CONTENT) -> None:
    """Write this attempt's snapshot to `output`, completely or not at all."""
    key = f"snapshots/{build.attempt}.json"
    body = s3.get_object(Bucket=build.data_bucket, Key=key)["Body"]
    partial = output.with_name(f".{output.name}.part")
    with partial.open("wb") as file:
        for chunk in body.iter_chunks(CHUNK):
            file.write(chunk)
    try:
        feed = json.loads(partial.read_bytes())
    except ValueError as error:
        raise PublishError(f"{key} is not JSON: {error}") from error
    if not isinstance(feed, dict) or feed.get("version") != FEED_VERSION:
        raise PublishError(f"{key} is not a content feed of version {FEED_VERSION}")
    partial.replace(output)
    counts = (f"{len(items)} {kind}" for kind, items in feed.items() if isinstance(items, list))
    log.info("content: revision %s with %s", feed.get("revision"), ", ".join(counts))


def publish(s3: "S3Client", build: BuildTarget, output: Path) -> None:
    """Upload the folder as one release, the manifest last."""
    refusal = REFUSAL.read_text(encoding="utf-8") if REFUSAL.is_file() else ""
    files = [] if refusal else collect(build, output)
    text = manifest(build, files, refusal)
    for kind, is_shared in (("assets", True), ("pages", False)):
        group = [file for file in files if file.shared is is_shared]
        new = _upload(s3, build, group)
        log.info("%s: %d new, %d there already", kind, new, len(group) - new)
    last = SiteFile(MANIFEST, Path(MANIFEST), hashlib.sha256(text).hexdigest(), len(text))
    created = _put(s3, build, last, text)
    log.info("release %s is %s", build.attempt, "complete" if created else "there already")


def collect(build: BuildTarget, output: Path) -> list[SiteFile]:
    """Return the files of the output folder by path. Raises `PublishError` for an invalid one."""
    root = Path.cwd().resolve()
    if output.is_absolute() or ".." in output.parts or (root / output).resolve() != root / output:
        raise PublishError(f"{output} must be a real folder inside the source")
    if not output.is_dir():
        raise PublishError(f"the site generator made no folder {output}")
    files = [_file(build, output, source) for source in sorted(_walk(output))]
    files += [_file(build, TOOLS, TOOLS / name) for name in RULES if (TOOLS / name).is_file()]
    paths = {file.path for file in files}
    if missing := [path for path in REQUIRED if path not in paths]:
        raise PublishError(f"the site generator made no {' and no '.join(missing)}")
    if len(files) > MAX_FILES:
        raise PublishError(f"the site has {len(files)} files, and a release at most {MAX_FILES}")
    if MANIFEST in paths:
        raise PublishError(f"{MANIFEST} is the name of the release's manifest: rename that file")
    return files


def manifest(build: BuildTarget, files: Sequence[SiteFile], refusal: str = "") -> bytes:
    """Return the text of `release.json`: each file and its object key. Raises `PublishError`."""
    entries = {
        file.path: {"key": build.key(file.path), "sha256": file.sha256, "size": file.size}
        for file in files
    }
    document: dict[str, object] = {"version": 1, "attempt": build.attempt, "files": entries}
    if refusal:
        document["refused"] = refusal
    text = json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
    if len(text) > MAX_MANIFEST_BYTES:
        limit = f"at most {MAX_MANIFEST_BYTES} are read: make fewer files or shorter paths"
        raise PublishError(f"the list of {len(files)} files has {len(text)} bytes, and {limit}")
    return text


def _walk(folder: Path) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        for entry in entries:
            path = Path(entry.path)
            if entry.is_symlink():
                raise PublishError(f"{path} is a symbolic link, which could name any file")
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(path)
            elif entry.is_file(follow_symlinks=False):
                yield path
            else:
                raise PublishError(f"{path} is neither a file nor a folder")


def _file(build: BuildTarget, output: Path, source: Path) -> SiteFile:
    path = source.relative_to(output).as_posix()
    if not KEY.fullmatch(path):
        raise PublishError(f"{path!r} cannot be an object key")
    digest = hashlib.sha256()
    with source.open("rb") as content:
        while chunk := content.read(CHUNK):
            digest.update(chunk)
    file = SiteFile(path, source, digest.hexdigest(), source.stat().st_size, build.shares(path))
    if file.shared:
        _require_hash_in_name(file)
    return file


def _require_hash_in_name(file: SiteFile) -> None:
    """Check the hash in the name of a shared asset, so that a name never gets other bytes."""
    named = HASHED.search(file.source.name)
    if named is None:
        raise PublishError(
            f"{file.path} is shared by all releases, so its name must hold the SHA-256 of its"
            f" bytes, e.g. {file.source.stem}.{file.sha256}{file.source.suffix};"
            " a file without one belongs in another folder"
        )
    if named[1] != file.sha256:
        raise PublishError(f"{file.path} holds other bytes than its name says ({file.sha256})")


def _upload(s3: "S3Client", build: BuildTarget, files: Sequence[SiteFile]) -> int:
    """Upload the files and return how many were new. The first failure cancels the rest."""
    with ThreadPoolExecutor(PARALLEL_UPLOADS) as pool:
        running = [pool.submit(_put, s3, build, file) for file in files]
        try:
            return sum(upload.result() for upload in running)
        finally:
            pool.shutdown(cancel_futures=True)


def _put(s3: "S3Client", build: BuildTarget, file: SiteFile, text: bytes | None = None) -> bool:
    """Upload one file. Returns False if its key exists. S3 checks the bytes by their SHA-256."""
    from botocore.exceptions import ClientError

    for attempt in range(CONFLICT_RETRIES):
        try:
            s3.put_object(
                Bucket=build.site_bucket,
                Key=build.key(file.path),
                Body=file.source.read_bytes() if text is None else text,
                IfNoneMatch="*",
                ChecksumSHA256=b64encode(bytes.fromhex(file.sha256)).decode(),
                ContentType=file.content_type,
                CacheControl=FOREVER if file.shared else CACHING[build.kind],
            )
            return True
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            if status == 412:
                return False
            if status != 409:
                raise
            # Another request writes the same key right now: wait for its end.
            time.sleep(attempt / 5)
    raise PublishError(f"{file.path} is being written by somebody else")


def _client() -> "S3Client":
    import boto3
    from botocore.config import Config

    patient = Config(retries={"mode": "standard"}, max_pool_connections=PARALLEL_UPLOADS)
    client: S3Client = boto3.client("s3", config=patient)
    return client


def run(arguments: Sequence[str]) -> None:
    """Run one command. Raises `PublishError` for a mistake that a person can fix."""
    match list(arguments):
        case ["fetch"]:
            fetch(_client(), BuildTarget.from_environment(os.environ))
        case ["publish", output]:
            publish(_client(), BuildTarget.from_environment(os.environ), Path(output))
        case _:
            raise PublishError("use: publisher.py fetch | publish FOLDER")


def main() -> int:
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    logging.getLogger("botocore").setLevel(logging.WARNING)
    try:
        run(sys.argv[1:])
    except PublishError as refusal:
        log.error("refused: %s", refusal)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
