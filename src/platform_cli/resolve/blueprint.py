"""What a client's deployment consists of, as data.

The parts are a closed set: `infra` lays each with the construct of the same name, and the type
checker refuses a forgotten case. A client without a CMS has no CMS binding; a client in direct
mode has no `Content` part.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from platform_core.batching import Policy

CERTIFICATES_REGION = "us-east-1"
"""The one region whose certificates CloudFront takes."""

TAG_CLIENT = "platform:client"
TAG_ENVIRONMENT = "platform:environment"
"""Tags of every stack and resource. A deploy reads them to see whose stack it is."""


@dataclass(frozen=True, slots=True)
class Names:
    """Every name that AWS sees for this client and environment; see `naming.py`."""

    client_id: str
    environment: str
    resource_prefix: str
    deployment_name: str
    stack_type: str


@dataclass(frozen=True, slots=True)
class Binding:
    """One provider of this client."""

    provider: str
    settings: Mapping[str, object]
    secrets: tuple[str, ...]
    """Names of the secrets it needs; the values live in the secret store only."""
    readable: tuple[str, ...]
    """Those that the functions may read: the right to manage webhooks stays with people."""


@dataclass(frozen=True, slots=True)
class Site:
    """Buckets, the distribution, its function and pointer store; DNS where a zone is given."""

    domain: str
    hosted_zone_id: str | None = None
    hosted_zone_name: str | None = None
    certificate_arn: str | None = None
    """An existing us-east-1 certificate; without it, one is made when a zone is given."""


@dataclass(frozen=True, slots=True)
class Builds:
    """The build project and the builder that decides when it runs."""

    engine: str
    buildspec: Mapping[str, object]
    image: str
    policy: Policy
    bindings: tuple[Binding, ...] = ()
    """The feed's buy buttons come from these, and in direct mode the content itself."""
    build_timeout_minutes: int = 20
    queue_timeout_minutes: int = 30


@dataclass(frozen=True, slots=True)
class Webhooks:
    """The door: HTTP API, router function, inbox."""

    bindings: tuple[Binding, ...]
    secret_store: str = "ssm"  # noqa: S105 (the name of a store)


@dataclass(frozen=True, slots=True)
class Content:
    """Event-driven mode only: ingest, the content table, topics and the content API."""

    bindings: tuple[Binding, ...]


@dataclass(frozen=True, slots=True)
class Alarms:
    """Six alarms, three without a door; a dashboard from tier2 up or on request."""

    dashboard: bool = False
    notify_email: str | None = None


Part = Site | Builds | Webhooks | Content | Alarms


@dataclass(frozen=True, slots=True)
class Offers:
    """What a target offers beyond the template that AWS gets. AWS: the defaults."""

    provider_api_url: str | None = None
    """Where the provider simulator listens; None: the vendors themselves."""
    powertools_layer: bool = True
    """False: functions run in this machine's interpreter, so bundles are made for it, and hold what
    the layer brings on AWS."""


AWS = Offers()


@dataclass(frozen=True, slots=True)
class Blueprint:
    """All parts of one client in one environment."""

    names: Names
    integration_mode: str
    service_tier: str
    parts: tuple[Part, ...]
    tags: Mapping[str, str] = field(default_factory=dict)
    retain_data: bool = True
    """False in `dev` only: stateful resources go with the stack."""
    offers: Offers = AWS

    def called(self, deployment_name: str) -> "Blueprint":
        """The same parts as a stack of this name."""
        return replace(self, names=replace(self.names, deployment_name=deployment_name))
