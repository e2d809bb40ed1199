"""Grants: the rights that the gateway finds for the key of a request."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from urllib.parse import parse_qs

from platform_cli.local.access.build_role import BuildRole
from platform_cli.local.access.keys import KEY_HEADER, AccessKeys, make_key
from platform_cli.local.addresses import ACCOUNT
from platform_cli.local.emulator.client import make_authorization
from platform_cli.local.server.asgi import Scope, parse_headers

_AUTHORIZATION = re.compile(r"AWS4-(?:HMAC|ECDSA-P256)-SHA256 +Credential=([^/, ]+)/")
_PRESIGNED = re.compile(
    rb"(?:^|&)X-Amz-(?:Algorithm|Credential|Date|Expires|SignedHeaders|Signature|Security-Token)=[^&]*"
)
_PRESIGNED_SERVICE = re.compile(
    rb"(?:^|&)X-Amz-Credential=\d{12}(?:%2F|/)\d+(?:%2F|/)[a-z0-9-]+(?:%2F|/)([a-z0-9-]+)(?:%2F|/)",
    re.IGNORECASE,
)
_TOKEN_HEADER = b"x-amz-security-token"


class Role(Enum):
    """Rights that do not depend on a build."""

    OWNER = auto()
    """The command line: every AWS call, and the control paths."""
    FUNCTION = auto()
    """A Lambda function: every AWS call."""


@dataclass(frozen=True, slots=True)
class Grant:
    """The rights of one key. A running build has those of its `BuildRole`."""

    key: str = field(repr=False)
    rights: Role | BuildRole


class KeyRing:
    """All valid keys of a running server."""

    def __init__(self, keys: AccessKeys) -> None:
        self.vendor_key = keys.vendors
        self._grants = {
            keys.owner: Grant(keys.owner, Role.OWNER),
            keys.functions: Grant(keys.functions, Role.FUNCTION),
        }

    def find_grant(self, scope: Scope) -> Grant | None:
        """Return the grant of an AWS request, or None without a valid key."""
        grants = (self._grants.get(key) for key in _list_presented_keys(scope))
        return next(filter(None, grants), None)

    def is_owner(self, scope: Scope) -> bool:
        """Return whether a control request carries the owner's key."""
        grant = self._grants.get(parse_headers(scope).get(KEY_HEADER, ""))
        return grant is not None and grant.rights is Role.OWNER

    @contextmanager
    def issue_build_key(self, role: BuildRole) -> Iterator[str]:
        """Make a key that is valid until the context ends."""
        key = make_key()
        self._grants[key] = Grant(key, role)
        try:
            yield key
        finally:
            del self._grants[key]


def _list_presented_keys(scope: Scope) -> Iterator[str]:
    """Iterate over the keys of a request.

    The key is the access key id, in the header or in a presigned URL. A function carries it as its
    session token, because the emulator sets the account as the access key id of functions.
    """
    headers = parse_headers(scope)
    if match := _AUTHORIZATION.match(headers.get("authorization", "")):
        yield match[1]
    yield headers.get(_TOKEN_HEADER.decode(), "")
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    for name in ("X-Amz-Credential", "AWSAccessKeyId", "X-Amz-Security-Token"):
        for value in query.get(name, ()):
            yield value.partition("/")[0]


def replace_key(scope: Scope, grant: Grant) -> Scope:
    """Return the request with the account in place of the key.

    The emulator reads the account from the access key id. Nothing behind the gateway sees a key, so
    the journal and the emulator's log cannot contain one. A presigned URL becomes a request with an
    `Authorization` header, because the emulator checks the signatures of such URLs, and only those.
    """
    key, account = grant.key.encode(), ACCOUNT.encode()
    headers = [
        (name, value.replace(key, account))
        for name, value in scope["headers"]
        if name.lower() != _TOKEN_HEADER
    ]
    query = scope.get("query_string", b"").replace(key, account)
    if match := _PRESIGNED_SERVICE.search(query):
        query = _PRESIGNED.sub(b"", query).lstrip(b"&")
        headers.append((b"authorization", make_authorization(match[1].decode()).encode()))
    return {**scope, "headers": headers, "query_string": query}
