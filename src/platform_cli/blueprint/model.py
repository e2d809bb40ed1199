"""A client's deployment as data: its names and its parts.

The parts are a closed set. `infra` creates each with the construct of the same name, and the type
checker reports a missing case. A client without a CMS has no CMS binding; a client in direct mode
has no `Content` part.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Final, TypeVar, get_args

from pydantic import Discriminator

from platform_cli.blueprint.binding import Binding
from platform_cli.blueprint.naming import ResourceNames
from platform_cli.blueprint.parts.alarms import Alarms
from platform_cli.blueprint.parts.builds import Builds
from platform_cli.blueprint.parts.content import Content
from platform_cli.blueprint.parts.forms import Forms
from platform_cli.blueprint.parts.login import Login
from platform_cli.blueprint.parts.site import Site
from platform_cli.blueprint.parts.webhooks import Webhooks
from platform_cli.blueprint.stores import Expiry, LogAlarm, Store
from platform_core.webhooks.addresses import AddressTokens

__all__ = [
    "AWS",
    "CERTIFICATES_REGION",
    "PART_TYPES",
    "Alarms",
    "Binding",
    "Blueprint",
    "Builds",
    "Content",
    "Forms",
    "Login",
    "Names",
    "Offers",
    "Part",
    "Site",
    "Webhooks",
    "all_expiries",
]

CERTIFICATES_REGION = "us-east-1"
"""CloudFront accepts certificates of this region only."""

Part = Site | Builds | Webhooks | Content | Forms | Login | Alarms

PART_TYPES: Final[tuple[type[Part], ...]] = get_args(Part)
"""Types in the order of a blueprint's parts. A part follows the parts whose constructs it uses."""

P = TypeVar("P", bound=Part)


@dataclass(frozen=True, slots=True)
class Names:
    """Names of this client and environment in AWS; see `naming.py`."""

    client_id: str
    environment: str
    resource_prefix: str
    deployment_name: str
    stack_type: str


@dataclass(frozen=True, slots=True)
class Offers:
    """Features of a target. The defaults are those of AWS."""

    provider_api_url: str | None = None
    """Address of the provider simulator; None to call the vendors."""
    powertools_layer: bool = True
    """False if functions run in this machine's interpreter. Bundles then include the packages of
    the layer, for this interpreter."""
    budgets: bool = True
    """False if the target costs nothing."""


AWS = Offers()


@dataclass(frozen=True, slots=True)
class Blueprint:
    """All parts of one client in one environment."""

    names: Names
    integration_mode: str
    service_tier: str
    parts: tuple[Annotated[Part, Discriminator("kind")], ...]
    tags: Mapping[str, str] = field(default_factory=dict)
    retain_data: bool = True
    """False in `dev` only: stateful resources go with the stack."""
    offers: Offers = AWS
    account: str | None = None
    """Id of the account that the stack goes to; None if it is not known before the deploy, as in a
    CDK app of somebody else. CloudFormation imports a retained bucket only if the template has
    its whole name as a literal, and the name ends in this id."""

    @property
    def resource_names(self) -> ResourceNames:
        return ResourceNames(self.names.client_id, self.names.resource_prefix)

    @property
    def stores(self) -> tuple[Store, ...]:
        """The stores of all parts."""
        return tuple(store for part in self.parts for store in part.stores)

    @property
    def log_alarms(self) -> tuple[LogAlarm, ...]:
        """The alarms of all parts on lines that functions log."""
        return tuple(alarm for part in self.parts for alarm in part.log_alarms)

    @property
    def swept_functions(self) -> tuple[str, ...]:
        """The purposes of the functions of all parts that a sweep calls."""
        return tuple(purpose for part in self.parts for purpose in part.swept)

    def find(self, part_type: type[P]) -> P | None:
        """Return the part of this type, or None where the client has none."""
        for part in self.parts:
            if isinstance(part, part_type):
                return part
        return None

    def for_target(self, offers: Offers, account: str) -> "Blueprint":
        """Return the same parts for a target with these offers, in this account."""
        return replace(self, offers=offers, account=account)

    def with_address_tokens(self, tokens: AddressTokens) -> "Blueprint":
        """Return the same parts with webhooks at these addresses."""
        parts = (
            replace(part, address_tokens=tokens) if isinstance(part, Webhooks) else part
            for part in self.parts
        )
        return replace(self, parts=tuple(parts))

    def with_deployment_name(self, deployment_name: str) -> "Blueprint":
        """Return the same parts as a stack of this name."""
        return replace(self, names=replace(self.names, deployment_name=deployment_name))


def all_expiries() -> tuple[Expiry, ...]:
    """Return the expiring prefixes of the shared data bucket, the longest-lived first.

    They come from every kind of part, not from those of one client: objects outlive the part that
    wrote them, so the raw bodies of a client expire even after it removes its last provider.
    """
    expiries = (expiry for part_type in PART_TYPES for expiry in part_type.expiries)
    return tuple(sorted(expiries, key=lambda expiry: (-expiry.days, expiry.prefix)))
