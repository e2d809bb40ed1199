"""One embedded cloud for the test session, on free ports and in its own folder."""

from collections.abc import Iterator

import pytest

from platform_cli.local.cloud import EmbeddedCloud
from tests.local.ground import AwsClients, aws_clients, reserve_ports


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedCloud]:
    folder = tmp_path_factory.mktemp("embedded")
    reserve_ports(folder, "one/prod", "one/staging", "two/prod", "acme/prod")
    cloud = EmbeddedCloud(folder)
    cloud.ensure_running()
    yield cloud
    cloud.stop()


@pytest.fixture
def aws(cloud: EmbeddedCloud) -> Iterator[AwsClients]:
    """Return the boto3 client of a service of the session's cloud."""
    with aws_clients(cloud) as clients:
        yield clients
