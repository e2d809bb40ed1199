"""The publisher: content types for every Python version, and the folder of a release."""

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from lambdas.publisher import publisher
from lambdas.publisher.publisher import SiteFile
from platform_core import contract
from platform_core.pipeline.release import manifest

KNOWN = {
    "page.html": "text/html; charset=utf-8",
    "module.mjs": "text/javascript; charset=utf-8",
    "STYLE.CSS": "text/css; charset=utf-8",
    "feed.xml": "application/xml; charset=utf-8",
    "admin/config.yml": "application/yaml; charset=utf-8",
    "site.webmanifest": "application/manifest+json; charset=utf-8",
    "logo.svg": "image/svg+xml; charset=utf-8",
    "photo.avif": "image/avif",
    "photo.gif": "image/gif",
    "letters.woff2": "font/woff2",
    "letters.ttf": "font/ttf",
    "film.webm": "video/webm",
    "unknown.zzz": "application/octet-stream",
    "CNAME": "application/octet-stream",
}


TARGET = publisher.BuildTarget("a-1", "site", "data")


@dataclass
class Uploads:
    """An S3 client that notes the keys of its uploads."""

    keys: list[str] = field(default_factory=list)

    def put_object(self, **parameters: Any) -> None:
        self.keys.append(parameters["Key"])


@pytest.mark.parametrize(("path", "content_type"), KNOWN.items(), ids=KNOWN)
def test_a_file_has_the_content_type_of_its_extension(path: str, content_type: str) -> None:
    assert SiteFile(path, Path(path), "", 0).content_type == content_type


def test_a_build_publishes_into_the_folder_where_the_builder_looks() -> None:
    names = {"ATTEMPT_ID": "a-1", "SITE_BUCKET": "site", "DATA_BUCKET": "data"}
    session = {"BUILD_ROLE_ID": "AROA1", "CODEBUILD_BUILD_ID": "acme-build:0f3c-77"}
    target = publisher.BuildTarget.from_environment({**names, **session})
    folder = contract.build_folder("AROA1", "acme-build:0f3c-77")
    assert folder == "AROA1:AWSCodeBuild-0f3c-77"
    assert target.key("index.html") == f"releases/{folder}/index.html"
    assert target.key("assets/a.css") == "assets/a.css"
    older = publisher.BuildTarget.from_environment(names)
    assert older.key("index.html") == "releases/a-1/index.html"


def test_an_asset_without_a_hash_is_published_with_its_release_in_a_site_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name = f"assets/app.{hashlib.sha256(b'').hexdigest()}.css"
    for path in ("index.html", "404.html", "assets/style.css", name):
        (tmp_path / "out" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "out" / path).touch()
    s3 = Uploads()
    with pytest.raises(publisher.PublishError, match="is shared by all releases"):
        publisher.publish(s3, TARGET, Path("out"))  # type: ignore[arg-type]
    names = {"ATTEMPT_ID": "a-1", "SITE_BUCKET": "site", "DATA_BUCKET": "data"}
    target = publisher.BuildTarget.from_environment({**names, "RELEASE_ASSETS": "true"})
    publisher.publish(s3, target, Path("out"))  # type: ignore[arg-type]
    assert {"releases/a-1/assets/style.css", name} <= set(s3.keys)


def test_a_build_that_does_not_know_its_own_id_publishes_nothing() -> None:
    names = {"ATTEMPT_ID": "a-1", "SITE_BUCKET": "site", "DATA_BUCKET": "data"}
    with pytest.raises(publisher.PublishError, match="CODEBUILD_BUILD_ID"):
        publisher.BuildTarget.from_environment({**names, "BUILD_ROLE_ID": "AROA1"})


def test_a_release_holds_as_many_files_as_the_builder_reads() -> None:
    assert publisher.MAX_FILES == manifest.MAX_FILES
    assert publisher.MAX_MANIFEST_BYTES == manifest.MAX_MANIFEST_BYTES


def test_a_manifest_that_the_builder_would_not_read_is_refused_before_any_upload(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    output = Path("_site")
    output.mkdir()
    for name in ("index.html", "404.html"):
        (output / name).write_text("<h1>Home</h1>")
    monkeypatch.setattr(publisher, "MAX_MANIFEST_BYTES", 300)
    s3 = Uploads()
    with pytest.raises(
        publisher.PublishError, match=r"2 files has [0-9]+ bytes, and at most 300 are"
    ):
        publisher.publish(s3, TARGET, output)  # type: ignore[arg-type]
    assert s3.keys == []
    monkeypatch.setattr(publisher, "MAX_MANIFEST_BYTES", manifest.MAX_MANIFEST_BYTES)
    publisher.publish(s3, TARGET, output)  # type: ignore[arg-type]
    assert s3.keys[-1] == "releases/a-1/release.json"


def test_a_shop_of_as_many_files_as_allowed_has_a_manifest_that_the_builder_reads() -> None:
    """20,000 pages with paths of 100 characters, in the longest folder of a release."""
    target = replace(TARGET, folder=f"{'A' * 21}:AWSCodeBuild-{'0' * 36}")
    files = [
        SiteFile(f"products/{number:080}/index.html", Path("x.html"), "0" * 64, 100_000)
        for number in range(manifest.MAX_FILES)
    ]
    text = publisher.manifest(target, files)
    assert len(text) <= manifest.MAX_MANIFEST_BYTES
    prefix = contract.release_prefix(target.folder)
    assert len(manifest.parse_manifest(text, prefix, "a-1").files) == manifest.MAX_FILES
