"""The content type of a release's files is the same for every Python version of the build."""

from pathlib import Path

import pytest

from lambdas.publisher.publisher import SiteFile

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
