"""One bucket, as the builder sees it."""

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lambdas.runtime.aws import FAULTS, code
from lambdas.runtime.stores import available
from platform_core.errors import StoreUnavailable
from platform_core.ports import ObjectFact

_ABSENT = {"NoSuchKey", "404", "NotFound"}


class Bucket:
    """The port `Objects`."""

    def __init__(self, s3: Any, name: str) -> None:
        self._s3 = s3
        self._name = name

    def put(self, key: str, chunks: Iterable[bytes], content_type: str) -> None:
        """In parts where it is large, so that memory holds no more than some of them."""
        with available(key):
            self._s3.upload_fileobj(
                io.BufferedReader(_Stream(iter(chunks)), 1024 * 1024),
                self._name,
                key,
                ExtraArgs={"ContentType": content_type},
            )

    def get(self, key: str) -> bytes | None:
        with available(key):
            try:
                return bytes(self._s3.get_object(Bucket=self._name, Key=key)["Body"].read())
            except FAULTS as error:
                if code(error) in _ABSENT:
                    return None
                raise

    def list(self, prefix: str) -> Iterator[ObjectFact]:
        pages = self._s3.get_paginator("list_objects_v2")
        with available(prefix):
            for page in pages.paginate(Bucket=self._name, Prefix=prefix):
                for found in page.get("Contents", ()):
                    yield ObjectFact(found["Key"], found["Size"], found["LastModified"].timestamp())

    def copy(self, source: str, target: str, *, content_type: str, cache_control: str) -> bool:
        with available(source):
            try:
                self._s3.copy_object(
                    Bucket=self._name,
                    Key=target,
                    CopySource={"Bucket": self._name, "Key": source},
                    MetadataDirective="REPLACE",
                    ContentType=content_type,
                    CacheControl=cache_control,
                )
            except FAULTS as error:
                if code(error) in _ABSENT:
                    return False
                raise
        return True

    def delete(self, keys: Sequence[str]) -> None:
        for start in range(0, len(keys), 1000):
            asked = [{"Key": key} for key in keys[start : start + 1000]]
            with available(self._name):
                answer = self._s3.delete_objects(
                    Bucket=self._name, Delete={"Objects": asked, "Quiet": True}
                )
            if errors := answer.get("Errors"):
                raise StoreUnavailable(f"{self._name}: {errors[0].get('Code')}")


class _Stream(io.RawIOBase):
    """Chunks as a file that can be read once."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = chunk
        part = self._rest[: len(target)]
        target[: len(part)] = part
        self._rest = self._rest[len(part) :]
        return len(part)
