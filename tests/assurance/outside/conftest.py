"""One embedded cloud for all tests that need one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import outside
from tests.assurance.outside import hostile_content


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[outside.Cloud]:
    """A running embedded cloud with one secret of a client in its parameter store."""
    with outside.cloud(tmp_path_factory.mktemp("outside")) as cloud:
        cloud.client("ssm").put_parameter(
            Name="/platform/other/prod/decap/webhook_secret",
            Value='{"current": "kept from everyone"}',
            Type="SecureString",
        )
        yield cloud


@pytest.fixture(scope="session")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of a site with only hostile content, built by the fastest engine."""
    if reason := outside.missing_engine("hugo"):
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("hostile")
    feed = hostile_content.hostile_feed()
    return outside.build_site("hugo", feed, folder / "source", folder / "cache")
