"""Signature schemes that combine others: by the kind of secret, or by a client's setting."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from platform_core.errors import Rejected
from platform_core.http import Http
from platform_core.webhooks.request import Request
from platform_core.webhooks.secrets import Secrets
from platform_core.webhooks.signature_scheme import Plain, Scheme, require_secrets


class _CompositeScheme:
    """Properties of a scheme that follow from its parts."""

    __slots__ = ()

    @property
    def parts(self) -> tuple[Scheme, ...]:
        raise NotImplementedError

    @property
    def secret_headers(self) -> frozenset[str]:
        return frozenset().union(*(part.secret_headers for part in self.parts))


@dataclass(frozen=True, slots=True)
class SignatureOrToken(_CompositeScheme, Plain):
    """A signature if its header is present, else a static token in a header.

    A request with the signature's header must have a valid signature: a forged one never falls back
    to the weaker token. A secret serves only one of the two schemes, so the token is refused as
    soon as only a signing secret is set.
    """

    header: str
    """Name of the header with the signature."""
    signature: Scheme
    token: Scheme
    marker: bytes
    """Prefix of every signing secret, and of no token."""

    @property
    def parts(self) -> tuple[Scheme, ...]:
        return (self.signature, self.token)

    def verify(self, request: Request, secrets: Secrets, now: float) -> None:
        is_signed = self.header in request.headers
        usable = tuple(
            secret for secret in require_secrets(secrets) if self._is_signing(secret) == is_signed
        )
        if not usable:
            raise Rejected("no secret is set for this kind of proof")
        self._part(is_signed).verify(request, Secrets(usable), now)

    def sign(self, request: Request, secret: bytes, now: float) -> dict[str, str]:
        return self._part(self._is_signing(secret)).sign(request, secret, now)

    def find_weakness(self, secret: bytes) -> str:
        return self._part(self._is_signing(secret)).find_weakness(secret)

    def _is_signing(self, secret: bytes) -> bool:
        return secret.startswith(self.marker)

    def _part(self, is_signed: bool) -> Scheme:
        return self.signature if is_signed else self.token


@dataclass(frozen=True, slots=True)
class BySetting(_CompositeScheme):
    """The scheme that a client's setting names. The setting's text counts up to a colon.

    Before `bind` it accepts a proof of any of its schemes and signs with the first, for callers
    without a client, such as tests. The webhook router always binds it.
    """

    setting: str
    schemes: Mapping[str, Scheme]
    default: str = ""
    """Value for a client that leaves the setting out; empty if the setting is required."""

    @property
    def parts(self) -> tuple[Scheme, ...]:
        return tuple(self.schemes.values())

    def bind(self, settings: Mapping[str, object]) -> Scheme:
        """Return the scheme of the setting. Raises `LookupError` for an unknown value."""
        name = str(settings.get(self.setting, self.default)).partition(":")[0]
        return self.schemes[name].bind(settings)

    def with_http(self, http: Http) -> Scheme:
        schemes = {name: scheme.with_http(http) for name, scheme in self.schemes.items()}
        return replace(self, schemes=schemes)

    def verify(self, request: Request, secrets: Secrets, now: float) -> None:
        rejections: list[Rejected] = []
        for scheme in self.parts:
            try:
                return scheme.verify(request, secrets, now)
            except Rejected as reason:
                rejections.append(reason)
        raise rejections[0]

    def sign(self, request: Request, secret: bytes, now: float) -> dict[str, str]:
        return self.parts[0].sign(request, secret, now)

    def find_weakness(self, secret: bytes) -> str:
        return self.parts[0].find_weakness(secret)
