"""The pointer at the edge: one key of a CloudFront key-value store."""

from typing import Any

from lambdas.runtime.aws import FAULTS, code
from lambdas.runtime.stores import available
from platform_core import contract

_LOST = {"ConflictException", "PreconditionFailedException", "PreconditionFailed"}


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
