"""The pointer and the rules at the edge: keys of a CloudFront KeyValueStore."""

import os
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any
from urllib.parse import urlsplit

from lambdas.runtime.adapters import clients
from lambdas.runtime.adapters.clients import AWS_ERRORS, error_code
from lambdas.runtime.adapters.dynamodb.items import translate_errors
from platform_core import contract
from platform_core.errors import Conflict

_BATCH = 50
"""Entries of one write. AWS takes at most 50 (from memory, unverified)."""
_MAX_TRIES = 10
_LOST_RACE = {"ConflictException", "PreconditionFailedException", "PreconditionFailed"}


def make_key_value_store_client() -> Any:
    """Return the client of the store.

    botocore puts the account id in front of the host name. That is wrong for an endpoint that the
    environment sets, such as the embedded cloud, so its host is restored before each request.
    """
    store = clients.client("cloudfront-keyvaluestore")
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    if endpoint:
        host = urlsplit(endpoint).netloc

        def restore_host(request: Any, **_: object) -> None:
            request.url = urlsplit(request.url)._replace(netloc=host).geturl()

        store.meta.events.register("before-send.cloudfront-keyvaluestore", restore_host)
    return store


class EdgePointer:
    """The port `Pointer`. Its calls are signed with SigV4a, which needs `awscrt`."""

    def __init__(self, store: Any, arn: str) -> None:
        self._store = store
        self._arn = arn

    def version(self) -> str:
        with translate_errors("pointer"):
            return str(self._store.describe_key_value_store(KvsARN=self._arn)["ETag"])

    def move_if_unchanged(self, folder: str, version: str) -> bool:
        with translate_errors("pointer"):
            try:
                self._store.put_key(
                    KvsARN=self._arn, Key=contract.POINTER, Value=folder, IfMatch=version
                )
            except AWS_ERRORS as error:
                if error_code(error) in _LOST_RACE:
                    return False
                raise
        return True


class EdgeEntries:
    """The ports `RuleStore` and `PreviewEntries`, in the store of the pointer."""

    def __init__(self, store: Any, arn: str) -> None:
        self._store = store
        self._arn = arn

    def put(self, entries: Mapping[str, str]) -> None:
        rows = [{"Key": key, "Value": value} for key, value in entries.items()]
        with translate_errors("rules"):
            self._update("Puts", rows)

    def keep_only(self, prefixes: AbstractSet[str]) -> None:
        kept = (contract.POINTER, contract.PREVIEW_ENTRY, *prefixes)
        with translate_errors("rules"):
            unused = [key for key in self._keys() if not key.startswith(kept)]
            self._update("Deletes", [{"Key": key} for key in unused])

    def delete(self, keys: Iterable[str]) -> None:
        """Delete entries. The store is asked first, because it refuses to delete a missing one."""
        with translate_errors("previews"):
            existing = {*keys} & {*self._keys()}
            self._update("Deletes", [{"Key": key} for key in sorted(existing)])

    def _keys(self) -> list[str]:
        pages = self._store.get_paginator("list_keys").paginate(KvsARN=self._arn)
        return [item["Key"] for page in pages for item in page.get("Items", [])]

    def _update(self, kind: str, rows: Sequence[Mapping[str, str]]) -> None:
        """Write rows in batches. Every call is charged, so each batch passes its version on."""
        version = ""
        for start in range(0, len(rows), _BATCH):
            version = self._update_batch({kind: rows[start : start + _BATCH]}, version)

    def _update_batch(self, batch: Mapping[str, Any], version: str) -> str:
        """Write a batch and return the new version of the store, which others change too.

        An empty version is read from the store.
        """
        for _ in range(_MAX_TRIES):
            version = version or self._read_version()
            try:
                reply = self._store.update_keys(KvsARN=self._arn, IfMatch=version, **batch)
                return str(reply["ETag"])
            except AWS_ERRORS as error:
                if error_code(error) not in _LOST_RACE:
                    raise
                version = ""
        raise Conflict("the store at the edge changes too often")

    def _read_version(self) -> str:
        return str(self._store.describe_key_value_store(KvsARN=self._arn)["ETag"])
