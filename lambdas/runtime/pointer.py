"""The pointer at the edge: one key of a CloudFront key-value store."""

import os
from typing import Any
from urllib.parse import urlsplit

from lambdas.runtime import aws
from lambdas.runtime.aws import FAULTS, code
from lambdas.runtime.stores import available
from platform_core import contract

_LOST = {"ConflictException", "PreconditionFailedException", "PreconditionFailed"}


def open_store() -> Any:
    """The client of the store. AWS's own addresses begin with the account; an address that the
    environment gives is meant as it is."""
    store = aws.client("cloudfront-keyvaluestore")
    given = os.environ.get("AWS_ENDPOINT_URL")
    if given:
        host = urlsplit(given).netloc

        def as_given(request: Any, **_: object) -> None:
            request.url = urlsplit(request.url)._replace(netloc=host).geturl()

        store.meta.events.register("before-send.cloudfront-keyvaluestore", as_given)
    return store


class EdgePointer:
    """The port `Pointer`. Its calls are signed with SigV4a, which wants `awscrt`."""

    def __init__(self, store: Any, arn: str) -> None:
        self._store = store
        self._arn = arn

    def version(self) -> str:
        with available("pointer"):
            return str(self._store.describe_key_value_store(KvsARN=self._arn)["ETag"])

    def write(self, release: str, version: str) -> bool:
        with available("pointer"):
            try:
                self._store.put_key(
                    KvsARN=self._arn, Key=contract.POINTER, Value=release, IfMatch=version
                )
            except FAULTS as error:
                if code(error) in _LOST:
                    return False
                raise
        return True
