"""A shop in memory."""

import pytest

from tests.fakes.shop import ShopWorld


@pytest.fixture
def shop() -> ShopWorld:
    return ShopWorld()
