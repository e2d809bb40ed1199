"""The publisher: content types for every Python version, and the folder of a release."""

from pathlib import Path

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


def test_a_build_that_does_not_know_its_own_id_publishes_nothing() -> None:
    names = {"ATTEMPT_ID": "a-1", "SITE_BUCKET": "site", "DATA_BUCKET": "data"}
    with pytest.raises(publisher.PublishError, match="CODEBUILD_BUILD_ID"):
        publisher.BuildTarget.from_environment({**names, "BUILD_ROLE_ID": "AROA1"})


def test_a_release_holds_as_many_files_as_the_builder_reads() -> None:
    assert publisher.MAX_FILES == manifest.MAX_FILES
