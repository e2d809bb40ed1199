"""Schemes that are made of others: by what a secret is good for, or by a setting of the client."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from platform_core.errors import Rejected
from platform_core.proof import Plain, Scheme, usable
from platform_core.provider import Http
from platform_core.webhook import Request, Secrets


class _Composed:
    """What holds of the whole because it holds of the parts."""

    __slots__ = ()

    @property
    def parts(self) -> tuple[Scheme, ...]:
        raise NotImplementedError

    @property
    def secret_headers(self) -> frozenset[str]:
        return frozenset().union(*(each.secret_headers for each in self.parts))


@dataclass(frozen=True, slots=True)
class SignatureOrToken(_Composed, Plain):
    """A signature where its header is there, else a token that stands in a header as it is.

    Whoever sends the signature's header is held to it: a forged one never falls back to the weaker
    proof. And a secret is good for one of the two only, so the token is dead as soon as nothing
    but a signing secret is set.
    """

    header: str
    """Where the signature stands."""
    signature: Scheme
    token: Scheme
    marker: bytes
    """What a signing secret starts with, and a token never does."""

    @property
    def parts(self) -> tuple[Scheme, ...]:
        return (self.signature, self.token)

    def verify(self, request: Request, secrets: Secrets, now: float) -> None:
        is_signed = self.header in request.headers
        fitting = tuple(each for each in usable(secrets) if self._signs(each) == is_signed)
        if not fitting:
            raise Rejected("no secret is set for this kind of proof")
        self._part(is_signed).verify(request, Secrets(fitting), now)

    def sign(self, request: Request, secret: bytes, now: float) -> dict[str, str]:
        return self._part(self._signs(secret)).sign(request, secret, now)

    def _signs(self, secret: bytes) -> bool:
        return secret.startswith(self.marker)

    def _part(self, is_signed: bool) -> Scheme:
        return self.signature if is_signed else self.token


@dataclass(frozen=True, slots=True)
class BySetting(_Composed):
    """The one scheme that a setting of the client names, with its text up to a colon.

    Until it is held to a client's settings it accepts what any of them accepts, and signs like the
    first: for whoever does not know the client, such as a test. A door always knows it.
    """

    setting: str
    schemes: Mapping[str, Scheme]
    default: str = ""
    """What a client that leaves the setting out has; empty: nobody can."""

    @property
    def parts(self) -> tuple[Scheme, ...]:
        return tuple(self.schemes.values())

    def held_to(self, settings: Mapping[str, object]) -> Scheme:
        """Raises `LookupError` for a value that the provider's settings do not know."""
        named = str(settings.get(self.setting, self.default)).partition(":")[0]
        return self.schemes[named].held_to(settings)

    def through(self, http: Http) -> Scheme:
        schemes = {name: each.through(http) for name, each in self.schemes.items()}
        return replace(self, schemes=schemes)

    def verify(self, request: Request, secrets: Secrets, now: float) -> None:
        refused: list[Rejected] = []
        for each in self.parts:
            try:
                return each.verify(request, secrets, now)
            except Rejected as reason:
                refused.append(reason)
        raise refused[0]

    def sign(self, request: Request, secret: bytes, now: float) -> dict[str, str]:
        return self.parts[0].sign(request, secret, now)
