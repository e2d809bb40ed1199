"""One embedded cloud for the whole session, on free ports and in a folder of its own."""

from collections.abc import Iterator

import pytest

from platform_cli.local.cloud import EmbeddedCloud
from tests.local.ground import AskAws, asking, reserve_ports


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedCloud]:
    folder = tmp_path_factory.mktemp("embedded")
    reserve_ports(folder, "one/prod", "one/staging", "two/prod", "acme/prod")
    cloud = EmbeddedCloud(folder)
    cloud.ensure_running()
    yield cloud
    cloud.stop()


@pytest.fixture
def aws(cloud: EmbeddedCloud) -> Iterator[AskAws]:
    """A boto3 client of the session's cloud, by service name."""
    with asking(cloud) as ask:
        yield ask
