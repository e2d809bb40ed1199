"""The SOURCE row and the downloads of archives: in memory and over the wire."""

from dataclasses import replace

import pytest

from lambdas.runtime.adapters import clients
from lambdas.runtime.adapters.dynamodb.source import DynamoSource
from lambdas.runtime.archives import BoundedDownloads
from platform_core import contract
from platform_core.errors import UnusableSource, VendorRefused, VendorUnavailable
from platform_core.pipeline.source.ports import SourceStore
from platform_core.pipeline.source.state import SourceState
from platform_core.provider import ArchiveAddress
from tests.fakes.pipeline import Clock, MemoryObjects, Steps
from tests.fakes.pipeline.source import MemorySource
from tests.lambdas.test_ports import table
from tests.lambdas.test_runtime_http import Vendor
from tests.lambdas.test_runtime_http import vendor as vendor

HELD = SourceState(1, "c0ffee", 1764590000.5, problem="a submodule")


@pytest.fixture(params=["memory", "aws"])
def store(request: pytest.FixtureRequest) -> SourceStore:
    if request.param == "memory":
        step = Steps()
        return MemorySource(step, MemoryObjects(step, Clock()))
    request.getfixturevalue("aws")
    site = table({contract.SITE_KEY: "S", contract.SITE_SORT: "S"})
    return DynamoSource(clients.client("dynamodb"), site)


def test_a_write_needs_the_revision_before_it(store: SourceStore) -> None:
    assert store.read() == SourceState()
    assert store.replace(HELD)
    assert store.read() == HELD
    assert not store.replace(replace(HELD, commit="decade"))
    assert not store.replace(replace(HELD, revision=3))
    later = replace(HELD, revision=2, commit="decade")
    assert store.replace(later)
    assert store.read() == later


# --- downloads -----------------------------------------------------------------------------------

ARCHIVE = ArchiveAddress(
    "https://api.git.example/zip/c1",
    {"authorization": "Bearer t"},
    redirects_to=frozenset({"files.git.example"}),
)


@pytest.fixture
def downloads(vendor: Vendor) -> BoundedDownloads:
    return BoundedDownloads(vendor.base, timeout=5)


def redirect(to: str) -> tuple[int, dict[str, str], bytes]:
    return 302, {"location": to}, b""


def test_a_redirect_to_a_named_host_is_followed_without_the_token(
    vendor: Vendor, downloads: BoundedDownloads
) -> None:
    vendor.replies = [redirect("https://files.git.example/c1.zip?x=1"), (200, {}, b"zip")]
    with downloads.download(ARCHIVE, 100) as file:
        assert file.read() == b"zip"
    (_, first, _, with_token), (_, second, _, without) = vendor.requests
    assert first.startswith("/api.git.example/zip/c1")
    assert second == "/files.git.example/c1.zip?x=1"
    assert "authorization" in with_token
    assert "authorization" not in without


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/c1.zip",
        "http://files.git.example/c1.zip",
        "https://files.git.example:8443/c1.zip",
        "https://files.git.example@evil.example/",
        "//169.254.169.254/latest",
        "file:///etc/passwd",
    ],
)
def test_any_other_redirect_is_refused(
    vendor: Vendor, downloads: BoundedDownloads, target: str
) -> None:
    vendor.replies = [redirect(target)]
    with pytest.raises(VendorRefused, match="redirect"):
        downloads.download(ARCHIVE, 100)
    assert len(vendor.requests) == 1


def test_redirects_end(vendor: Vendor, downloads: BoundedDownloads) -> None:
    vendor.replies = [redirect("/zip/c1")] * 9
    with pytest.raises(VendorRefused, match="more than 3 redirects"):
        downloads.download(ARCHIVE, 100)


def test_an_archive_above_the_limit_cannot_be_built(
    vendor: Vendor, downloads: BoundedDownloads
) -> None:
    vendor.replies = [(200, {}, b"x" * (2 * 1024 * 1024))]
    with pytest.raises(UnusableSource, match="more than 1 MB"):
        downloads.download(ARCHIVE, 1024 * 1024)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, VendorRefused),
        (404, VendorRefused),
        (429, VendorUnavailable),
        (502, VendorUnavailable),
    ],
)
def test_a_failure_can_be_retried(
    vendor: Vendor, downloads: BoundedDownloads, status: int, error: type[Exception]
) -> None:
    vendor.replies = [(status, {}, b"")]
    with pytest.raises(error, match=str(status)) as failure:
        downloads.download(ARCHIVE, 100)
    assert getattr(failure.value, "retry", False)


def test_a_cut_archive_is_no_archive(vendor: Vendor, downloads: BoundedDownloads) -> None:
    vendor.replies = [(200, {"content-length": "9"}, b"zip")]
    with pytest.raises(VendorUnavailable):
        replace(downloads, timeout=0.3).download(ARCHIVE, 100)
