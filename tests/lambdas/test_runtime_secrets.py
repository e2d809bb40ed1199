"""Secrets: one read returns both values of a rotation, cached for a minute and never logged."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import boto3
import pytest

from lambdas.runtime.adapters import clients as clients
from lambdas.runtime.adapters.secrets import CachedSecrets, make_secret_fetcher
from platform_core.contract import secret_path
from platform_core.errors import SecretMissing, SecretStoreUnavailable


class Store:
    """A store that counts its reads, and a clock."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.reads = 0
        self.texts: dict[str, str] = {}
        self.secrets = CachedSecrets(self.fetch, "acme", "prod", lambda: self.now)

    def fetch(self, path: str) -> str | None:
        self.reads += 1
        return self.texts.get(path)

    def set(self, current: str, previous: str | None = None, until: float = 0) -> None:
        value = {
            "current": current,
            "previous": {"value": previous, "valid_until": until} if previous else None,
        }
        self.texts[secret_path("acme", "prod", "shop", "webhook_secret")] = json.dumps(value)

    def read(self, *, fresh: bool = False) -> tuple[bytes, ...]:
        return self.secrets.read("shop", "webhook_secret", fresh=fresh).values


def test_a_secret_is_read_once_a_minute() -> None:
    store = Store()
    store.set("one")
    for _ in range(5):
        assert store.read() == (b"one",)
    store.set("two")
    store.now += 59
    assert (store.read(), store.reads) == ((b"one",), 1)
    store.now += 1
    assert (store.read(), store.reads) == ((b"two",), 2)


def test_a_fresh_read_passes_the_cache_and_renews_it() -> None:
    store = Store()
    assert store.read() == ()
    store.set("one")
    assert store.read(fresh=True) == (b"one",)
    assert store.read() == (b"one",)


def test_a_cached_previous_secret_expires_by_the_clock() -> None:
    store = Store()
    store.set("new", "old", until=1_030)
    assert store.read() == (b"new", b"old")
    store.now = 1_030
    assert store.read() == (b"new",)
    assert store.reads == 1


def test_a_missing_secret_is_reported_when_it_is_needed() -> None:
    store = Store()
    assert store.read() == ()
    with pytest.raises(SecretMissing, match="shop webhook_secret"):
        store.secrets.current("shop", "webhook_secret")
    store.set("ключ")
    store.now += 60
    assert store.secrets.current("shop", "webhook_secret") == "ключ"


@pytest.mark.parametrize(
    "text", ["hunter2", "[]", "{}", '{"current": 5}', '{"current": "hunter2", "previous": "x"}']
)
def test_a_value_of_another_shape_is_an_outage_that_quotes_nothing(text: str) -> None:
    store = Store()
    store.texts[secret_path("acme", "prod", "shop", "webhook_secret")] = text
    with pytest.raises(SecretStoreUnavailable) as caught:
        store.read()
    assert "hunter2" not in str(caught.value)


def put_parameter(path: str, text: str) -> None:
    boto3.client("ssm").put_parameter(Name=path, Value=text, Type="SecureString")


def put_secret(path: str, text: str) -> None:
    boto3.client("secretsmanager").create_secret(Name=path, SecretString=text)


@pytest.mark.parametrize(
    ("name", "put"),
    [("ssm", put_parameter), ("secretsmanager", put_secret)],
    ids=["ssm", "manager"],
)
def test_both_stores_return_their_secrets(
    aws: None, name: str, put: Callable[[str, str], None]
) -> None:
    client_id = f"c{uuid4().hex}"
    fetch = make_secret_fetcher(name, clients.client(name))
    secrets = CachedSecrets(fetch, client_id, "prod", lambda: 0.0)
    assert secrets.read("shop", "webhook_secret").values == ()
    path = secret_path(client_id, "prod", "shop", "webhook_secret")
    put(path, json.dumps({"current": "value", "previous": None}))
    assert secrets.read("shop", "webhook_secret", fresh=True).values == (b"value",)


@pytest.mark.parametrize("name", ["ssm", "secretsmanager"])
def test_a_store_that_cannot_be_reached_is_an_outage(
    name: str, aws: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    client: Any = clients.client(name, clients.FAST_FAIL)
    secrets = CachedSecrets(make_secret_fetcher(name, client), "acme", "prod", lambda: 0.0)
    with pytest.raises(SecretStoreUnavailable):
        secrets.read("shop", "webhook_secret")
