"""The rights of one build on this machine, as its role has them on AWS."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from platform_cli.blueprint.build_permissions import (
    BUILD_PERMISSIONS,
    CREATE,
    OWN_FOLDER,
    PREVIEW_PERMISSIONS,
    READ,
)
from platform_cli.local.addresses import LOOPBACK
from platform_cli.local.emulator.client import make_authorization
from platform_cli.local.server.asgi import Scope, parse_headers
from platform_core import contract

_ACTIONS = {"GET": READ, "HEAD": READ, "PUT": CREATE}
_QUERY = re.compile(r"(x-id=\w+)?")
"""The AWS SDKs for JavaScript name the operation. Every other parameter names another operation."""
_FORWARDED_HEADERS = re.compile(
    r"content-(length|type|encoding|disposition|language|md5)|cache-control|expires|expect|range"
    r"|transfer-encoding|if-(match|none-match|modified-since|unmodified-since)"
    r"|x-amz-(content-sha256|decoded-content-length|trailer|sdk-checksum-algorithm"
    r"|checksum-[a-z0-9-]+|meta-.+)"
)


@dataclass(frozen=True, slots=True)
class BuildRole:
    """The objects of one build: action, bucket and prefix of each permission."""

    rows: frozenset[tuple[str, str, str]] = field(default_factory=frozenset)

    @classmethod
    def for_build(cls, build_id: str, variables: Mapping[str, str]) -> "BuildRole":
        """Return the role of a build with these environment variables.

        A build whose variables name no bucket is not one of ours, and gets no rights.
        """
        own_folder = _own_folder(build_id, variables)
        is_preview = contract.PREVIEW_BUILD in variables
        return cls(
            frozenset(
                (action, bucket, prefix.replace(OWN_FOLDER, own_folder))
                for permission in (PREVIEW_PERMISSIONS if is_preview else BUILD_PERMISSIONS)
                if (bucket := variables.get(permission.bucket))
                for prefix in permission.prefixes
                if own_folder or OWN_FOLDER not in prefix
                for action in permission.actions
            )
        )

    def rewrite_request(self, scope: Scope) -> Scope | None:
        """Return the allowed S3 request that this one asks for, or None.

        The request is rebuilt, not forwarded: the emulator guesses the service from hosts, headers
        and parameters, and any of those could turn an allowed path into another operation.
        """
        action = _ACTIONS.get(scope["method"]) if scope["type"] == "http" else None
        headers = parse_headers(scope)
        bucket, _, key = scope["path"].removeprefix("/").partition("/")
        is_allowed = action is not None and any(
            action == allowed and bucket == own_bucket and key.startswith(prefix)
            for allowed, own_bucket, prefix in self.rows
        )
        if not is_allowed or not _is_plain_key(key) or not _is_plain_query(scope):
            return None
        if action == CREATE and headers.get("if-none-match") != "*":
            return None
        path = f"/{bucket}/{quote(key)}"
        forwarded = {k: v for k, v in headers.items() if _FORWARDED_HEADERS.fullmatch(k)}
        forwarded |= {"host": LOOPBACK, "authorization": make_authorization("s3")}
        return {
            **scope,
            "path": f"/{bucket}/{key}",
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [(k.encode("latin-1"), v.encode("latin-1")) for k, v in forwarded.items()],
        }


def _own_folder(build_id: str, variables: Mapping[str, str]) -> str:
    """Return the folder of the build's release. Earlier deploys name it after the attempt."""
    if role_id := variables.get(contract.BUILD_ROLE_ID):
        return contract.build_folder(role_id, build_id)
    return variables.get(contract.ATTEMPT_ID, "")


def _is_plain_key(key: str) -> bool:
    """Return whether every segment is a plain name. The emulator stores objects as files."""
    return "\\" not in key and "\0" not in key and not {"", ".", ".."} & set(key.split("/"))


def _is_plain_query(scope: Scope) -> bool:
    return bool(_QUERY.fullmatch(scope.get("query_string", b"").decode("latin-1")))
