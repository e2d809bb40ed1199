"""The objects of a bucket."""

import io
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from lambdas.runtime.adapters.clients import AWS_ERRORS, error_code
from lambdas.runtime.adapters.dynamodb.items import translate_errors
from platform_core.errors import StoreUnavailable
from platform_core.pipeline.ports import ObjectInfo

PARALLEL_REQUESTS = 8
_MISSING_CODES = {"NoSuchKey", "404", "NotFound"}


class S3Bucket:
    """The port `Objects`."""

    def __init__(self, s3: Any, name: str) -> None:
        self._s3 = s3
        self._name = name

    def put(self, key: str, chunks: Iterable[bytes], content_type: str) -> None:
        """Store an object, in parts if it is large, so that memory holds only a few parts."""
        with translate_errors(key):
            self._s3.upload_fileobj(
                io.BufferedReader(_ChunkReader(iter(chunks)), 1024 * 1024),
                self._name,
                key,
                ExtraArgs={"ContentType": content_type},
            )

    def get(self, key: str) -> bytes | None:
        with translate_errors(key):
            try:
                return bytes(self._s3.get_object(Bucket=self._name, Key=key)["Body"].read())
            except AWS_ERRORS as error:
                if error_code(error) in _MISSING_CODES:
                    return None
                raise

    def checksums(self, keys: Sequence[str]) -> Mapping[str, str]:
        with translate_errors(self._name), ThreadPoolExecutor(PARALLEL_REQUESTS) as pool:
            found = zip(keys, pool.map(self._checksum, keys), strict=True)
            return {key: checksum for key, checksum in found if checksum is not None}

    def _checksum(self, key: str) -> str | None:
        """Return the SHA-256 that S3 has checked and kept; None if the object does not exist."""
        try:
            head = self._s3.head_object(Bucket=self._name, Key=key, ChecksumMode="ENABLED")
        except AWS_ERRORS as error:
            if error_code(error) in _MISSING_CODES:
                return None
            raise
        # The checksum of an upload in parts is one of the parts' checksums, and no SHA-256.
        if head.get("ChecksumType", "FULL_OBJECT") != "FULL_OBJECT":
            return ""
        return b64decode(head.get("ChecksumSHA256", "")).hex()

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        pages = self._s3.get_paginator("list_objects_v2")
        with translate_errors(prefix):
            for page in pages.paginate(Bucket=self._name, Prefix=prefix):
                for entry in page.get("Contents", ()):
                    modified_at = entry["LastModified"].timestamp()
                    yield ObjectInfo(entry["Key"], entry["Size"], modified_at)

    def copy(self, source: str, target: str, *, content_type: str, cache_control: str) -> bool:
        with translate_errors(source):
            try:
                self._s3.copy_object(
                    Bucket=self._name,
                    Key=target,
                    CopySource={"Bucket": self._name, "Key": source},
                    MetadataDirective="REPLACE",
                    ContentType=content_type,
                    CacheControl=cache_control,
                )
            except AWS_ERRORS as error:
                if error_code(error) in _MISSING_CODES:
                    return False
                raise
        return True

    def delete(self, keys: Sequence[str]) -> None:
        # S3 takes 1000 keys in one call.
        for start in range(0, len(keys), 1000):
            objects = [{"Key": key} for key in keys[start : start + 1000]]
            with translate_errors(self._name):
                answer = self._s3.delete_objects(
                    Bucket=self._name, Delete={"Objects": objects, "Quiet": True}
                )
            if errors := answer.get("Errors"):
                raise StoreUnavailable(f"{self._name}: {errors[0].get('Code')}")


class _ChunkReader(io.RawIOBase):
    """A file over chunks, which can be read once."""

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
