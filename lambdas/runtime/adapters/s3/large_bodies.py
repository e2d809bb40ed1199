"""Large bodies of deliveries, stored as objects beside the inbox.

Objects under `contract.RAW_BODIES` expire by their age. A delivery that waits for a person may wait
longer, so its body moves to `contract.BODIES_SET_ASIDE` until the delivery is replayed or given up.
Its objects outlast their rows. The key has the number of replays in it: a late removal of an
earlier copy never deletes a later one.
"""

import hashlib
from typing import Any

from lambdas.runtime.adapters.clients import AWS_ERRORS, error_code
from platform_core import contract
from platform_core.pipeline.ingest.inbox_row import body_name

_MISSING_CODES = {"NoSuchKey", "404", "NotFound"}


def set_aside_key(delivery_id: str, replays: int) -> str:
    """Return the key for a delivery that was replayed `replays` times."""
    return f"{contract.BODIES_SET_ASIDE}{body_name(delivery_id)}-{replays}"


def expiring_key(provider: str, delivery_id: str, body: bytes) -> str:
    """Return the key of a new body. Other bytes, or another delivery, have another key."""
    digest = hashlib.sha256(body).hexdigest()
    return f"{contract.RAW_BODIES}{provider}/{body_name(delivery_id)}/{digest}"


class Bodies:
    """The bodies of one bucket. Raises boto3's own errors."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def read(self, key: str) -> bytes | None:
        """Return the body; None if it has expired."""
        try:
            answer = self._s3.get_object(Bucket=self._bucket, Key=key)
        except AWS_ERRORS as error:
            if error_code(error) in _MISSING_CODES:
                return None
            raise
        return bytes(answer["Body"].read())

    def copy_aside(self, key: str, delivery_id: str, replays: int) -> str:
        """Copy a body to where it outlasts its row. Returns its new key."""
        return self._copy(key, set_aside_key(delivery_id, replays))

    def copy_to_expiring_prefix(self, key: str, delivery_id: str) -> str:
        """Copy a body back, so that its age counts from now on. Returns its new key."""
        if not key.startswith(contract.BODIES_SET_ASIDE):
            return key
        return self._copy(key, f"{contract.RAW_BODIES}{body_name(delivery_id)}")

    def delete_if_set_aside(self, key: str) -> None:
        """Delete a body that was set aside. Every other body expires by itself."""
        if key.startswith(contract.BODIES_SET_ASIDE):
            self._s3.delete_object(Bucket=self._bucket, Key=key)

    def delete_own(self, key: str, delivery_id: str) -> None:
        """Delete a body of this delivery only. Older keys are of all deliveries of their bytes."""
        if body_name(delivery_id) in key:
            self._s3.delete_object(Bucket=self._bucket, Key=key)

    def _copy(self, source: str, target: str) -> str:
        """Return the new key; the old one if the object does not exist."""
        try:
            self._s3.copy_object(
                Bucket=self._bucket,
                Key=target,
                CopySource={"Bucket": self._bucket, "Key": source},
            )
        except AWS_ERRORS as error:
            if error_code(error) in _MISSING_CODES:
                return source
            raise
        return target
