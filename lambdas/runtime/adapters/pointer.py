"""The pointer at the edge: one key of a CloudFront KeyValueStore."""

import os
from typing import Any
from urllib.parse import urlsplit

from lambdas.runtime.adapters import clients
from lambdas.runtime.adapters.clients import AWS_ERRORS, error_code
from lambdas.runtime.adapters.dynamodb.items import translate_errors
from platform_core import contract

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
