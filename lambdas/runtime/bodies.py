"""Large bodies of deliveries: objects beside the inbox, under one prefix or the other.

What lies under `contract.RAW_BODIES` ends by its age. A delivery that waits for a person may wait
for longer, so its body lies under `contract.BODIES_SET_ASIDE`, which has no age rule, until the
delivery is driven again or given up for good. Each setting aside has a key of its own: whoever
removes an earlier one never meets a later one.
"""

import hashlib
from typing import Any

from lambdas.runtime.aws import FAULTS, code
from platform_core import contract

_GONE = {"NoSuchKey", "404", "NotFound"}


def set_aside_key(delivery_id: str, replays: int) -> str:
    """The key for a delivery that was replayed so many times."""
    return f"{contract.BODIES_SET_ASIDE}{_name(delivery_id)}-{replays}"


class Bodies:
    """The bodies of one bucket. Faults of the store are raised as boto3 has them."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def read(self, key: str) -> bytes | None:
        """None where it is no longer kept."""
        try:
            answer = self._s3.get_object(Bucket=self._bucket, Key=key)
        except FAULTS as error:
            if code(error) in _GONE:
                return None
            raise
        return bytes(answer["Body"].read())

    def set_aside(self, key: str, delivery_id: str, replays: int) -> str:
        """Copies a body to where it has no end; the key to remember."""
        return self._copied(key, set_aside_key(delivery_id, replays))

    def bring_back(self, key: str, delivery_id: str) -> str:
        """Copies it to where its age counts anew; the key to remember."""
        if not key.startswith(contract.BODIES_SET_ASIDE):
            return key
        return self._copied(key, f"{contract.RAW_BODIES}{_name(delivery_id)}")

    def remove(self, key: str) -> None:
        """One that was set aside, and is no longer; any other ends by its age."""
        if key.startswith(contract.BODIES_SET_ASIDE):
            self._s3.delete_object(Bucket=self._bucket, Key=key)

    def _copied(self, source: str, target: str) -> str:
        """The new key; the old one where there is nothing to copy."""
        try:
            self._s3.copy_object(
                Bucket=self._bucket,
                Key=target,
                CopySource={"Bucket": self._bucket, "Key": source},
            )
        except FAULTS as error:
            if code(error) in _GONE:
                return source
            raise
        return target


def _name(delivery_id: str) -> str:
    return hashlib.sha256(delivery_id.encode()).hexdigest()
