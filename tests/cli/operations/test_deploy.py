"""The parts of a deploy that need no cloud: the archive, the lock, and the CDK's output."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from platform_cli.deploy import cdk
from platform_cli.deploy.lock import hold_lock
from platform_cli.engines import load_engine
from platform_cli.errors import PlatformError
from platform_cli.site_source.archive import SourceArchive, pack_source

PUBLISHER = Path(__file__).parents[3] / "lambdas" / "publisher"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    root = tmp_path / "site"
    (root / "pages").mkdir(parents=True)
    (root / "pages" / "index.html").write_text("<h1>Lamps</h1>")
    (root / "package.json").write_text("{}")
    return root


def packed(root: Path) -> SourceArchive:
    eleventy = load_engine("eleventy")
    return pack_source(eleventy.source_files(root), eleventy, PUBLISHER)


def test_the_archive_contains_the_source_and_the_build_files(site: Path) -> None:
    (site / "node_modules").mkdir()
    (site / "node_modules" / "left-out.js").write_text("")
    (site / "_site").mkdir()
    (site / "_site" / "index.html").write_text("old")
    with zipfile.ZipFile(io.BytesIO(packed(site).archive)) as archive:
        assert archive.namelist() == [
            ".platform/publisher.py",
            ".platform/requirements.txt",
            "package.json",
            "pages/index.html",
        ]


def test_equal_files_make_equal_archives(site: Path) -> None:
    first = packed(site)
    (site / "package.json").touch()
    assert packed(site) == first
    assert first.key == f"source/{first.digest}.zip"


@pytest.mark.parametrize("change", ["content", "name", "mode"])
def test_any_change_of_a_file_changes_the_archive(site: Path, change: str) -> None:
    before = packed(site).digest
    page = site / "pages" / "index.html"
    match change:
        case "content":
            page.write_text("<h1>Chairs</h1>")
        case "name":
            page.rename(site / "pages" / "other.html")
        case "mode":
            page.chmod(0o755)
    assert packed(site).digest != before


@contextmanager
def held(folder: Path) -> Iterator[None]:
    with hold_lock(folder, "acme-prod"):
        yield


def test_a_second_deploy_is_refused_and_names_the_lock_holder(tmp_path: Path) -> None:
    with held(tmp_path), pytest.raises(PlatformError, match=r"process \d+ since"), held(tmp_path):
        pass


def test_the_lock_is_released_and_does_not_block_other_clients(tmp_path: Path) -> None:
    with held(tmp_path), hold_lock(tmp_path, "other-prod"):
        pass
    with held(tmp_path):
        pass


def test_progress_lines_of_the_cdk_are_parsed() -> None:
    line = (
        "Acme-Prod |  2/15 | 7:47:19 AM | CREATE_COMPLETE      | AWS::IAM::Role"
        "             | Site/Role (SiteRoleABC123) "
    )
    progress = cdk.parse_progress(line)
    assert progress is not None
    assert (progress.done, progress.total, progress.resource) == (2, 15, "Site/Role")
    assert (progress.kind, progress.status, progress.reason) == (
        "AWS::IAM::Role",
        "CREATE_COMPLETE",
        "",
    )


def test_failure_reasons_of_the_cdk_are_parsed() -> None:
    line = (
        "Acme-Prod | 3 | 7:47:19 AM | CREATE_FAILED | AWS::S3::Bucket | SiteBucket"
        " acme-site already exists"
    )
    progress = cdk.parse_progress(line)
    assert progress is not None
    assert (progress.resource, progress.reason) == ("SiteBucket", "acme-site already exists")


@pytest.mark.parametrize("line", ["", "Acme-Prod: deploying... [1/1]", " |  |  | ", "a | b | c"])
def test_other_lines_of_the_cdk_are_ignored(line: str) -> None:
    assert cdk.parse_progress(line) is None


def test_the_cdk_is_pinned_by_hash() -> None:
    lock = (cdk.LOCK_FOLDER / "package-lock.json").read_text()
    assert f'"version": "{cdk.pinned_version()}"' in lock
    assert '"integrity": "sha512-' in lock
