"""What a provider is: a manifest (facts) and a few modules, each loaded on its own.

`manifest.py` and `webhook.py` of a provider import no pydantic: the ack path stays light.
See `providers/__init__.py` for discovery.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from platform_core.plan import Plan as Plan

if TYPE_CHECKING:
    from datetime import datetime

    from pydantic import BaseModel

    from platform_core.content import ProductVariant, UnifiedContent
    from platform_core.signature import Scheme
    from platform_core.webhook import Delivery, Request


class Kind(StrEnum):
    """What a provider brings to a site."""

    CMS = "cms"
    COMMERCE = "ecommerce"


class Tier(StrEnum):
    """C-R01, C-R02 of the requirements."""

    BUDGET = "budget"
    BUDGET_PLUS = "budget_plus"
    PROFESSIONAL = "professional"
    ENTERPRISE = "enterprise"


@dataclass(frozen=True, slots=True)
class SecretNeed:
    """A secret that this provider's webhook or API needs, by name, and where a person finds it."""

    name: str
    purpose: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class Needs:
    """What a provider needs of the infrastructure, as data."""

    secrets: tuple[SecretNeed, ...] = ()
    webhook: bool = True
    listing: bool = True
    """Whether the vendor can list everything it holds (`content.list_all`). False: that depends on
    the settings, and without a listing `list_all` and `current` raise `NoListing`."""


@dataclass(frozen=True, slots=True)
class Provider:
    """The manifest of a provider: facts only."""

    name: str
    label: str
    kind: Kind
    tier: Tier
    engines: tuple[str, ...]
    """Engines that the vendor's users build with (C-R03..C-R09): native combinations."""
    needs: Needs
    aliases: tuple[str, ...] = ()
    plans: tuple[Plan, ...] = ()
    traits: frozenset[str] = frozenset()
    """What `recommend` may ask for, e.g. `git_based`, `visual_editing`."""
    summary: str = ""


# --- the outside world, as ports ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """An answer of a vendor's API; header names in lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Http(Protocol):
    """Asks a vendor's API. Raises `VendorUnavailable` when no answer can be had in time."""

    def __call__(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> HttpResponse: ...


@dataclass(frozen=True, slots=True)
class Context:
    """All that a content module may know. One object, so that a new fact is a new field."""

    client_id: str
    environment: str
    settings: "BaseModel"
    """This provider's settings (`settings.Settings` of its folder), already validated."""
    secret: Callable[[str], str]
    """The current value of one of this provider's secrets; raises `SecretMissing`."""
    http: Http
    now: "datetime"


@dataclass(frozen=True, slots=True)
class Upsert:
    """The item as the vendor has it."""

    item: "UnifiedContent"
    authoritative: bool = False
    """Read from the vendor's API just now: may replace stored content of an equal version."""


@dataclass(frozen=True, slots=True)
class Removal:
    """The item is gone at the vendor."""

    content_id: str
    content_type: str
    version: int | None = None
    """The vendor's version of the deletion; None: rank it just above whatever is stored."""


@dataclass(frozen=True, slots=True)
class Signal:
    """Something happened that changes no content of the site (an order, a ping)."""

    event_type: str
    subject_id: str
    data: Mapping[str, object] = field(default_factory=dict)
    """Ids, lines and totals only; never personal data."""


Change = Upsert | Removal | Signal


LARGEST_ID: Final = 1024
"""Bytes of an item's id."""


def is_content_id(text: str) -> bool:
    """Whether a table and a message can carry it as the id of an item."""
    try:
        return 0 < len(text.encode()) <= LARGEST_ID
    except UnicodeEncodeError:
        return False


PAGE: Final = "\0page"
"""Stands in a `Buy` for the address of the product's own page. Only the feed knows it: which slug a
product has in the end depends on the others."""


@dataclass(frozen=True, slots=True)
class Buy:
    """How a page lets a visitor buy one variant, without naming a provider in any template.

    kind `link`: a plain link to `href`. `form`: a form that posts `fields` to `href`.
    `button`: a button with `css_class` and `attributes`, driven by `Storefront.scripts`.
    A value that is `PAGE` becomes the address of the product's page.
    """

    kind: str
    href: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    css_class: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Storefront:
    """What every page of a shop loads (absolute URLs), and the origins its CSP must allow."""

    scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    html: str = ""


class WebhookModule(Protocol):
    """`webhook.py` of a provider: light, no pydantic."""

    SIGNATURE: "Scheme"

    def topic(self, request: "Request") -> str:
        """The event as the vendor names it; a hint where the vendor does not sign it."""
        ...

    def delivery_key(self, request: "Request") -> str:
        """A key (<= 200 ASCII characters) that is the same for a redelivery and for a captured
        delivery sent again, and different for two edits of one document."""
        ...


class GreetedModule(WebhookModule, Protocol):
    """... of a vendor that says hello without a proof, and needs a 200 for it."""

    def is_greeting(self, request: "Request") -> bool:
        """Whether this is the hello, to the letter, and nothing besides. Never raises."""
        ...


class ContentModule(Protocol):
    """`content.py` of a provider."""

    def changes(self, context: Context, delivery: "Delivery") -> Sequence[Change]:
        """What a delivery changed. Fetches what the webhook left out; confirms a deletion that
        only a header claims. Raises `Malformed`, or a `PipelineError` with `retry`."""
        ...

    def list_all(self, context: Context) -> "Iterator[UnifiedContent]":
        """Everything the vendor publishes for this client, page by page."""
        ...

    def current(
        self, context: Context, content_id: str, content_type: str
    ) -> "UnifiedContent | None":
        """One item as the vendor's uncached API has it now; None where it is gone."""
        ...


class CommerceModule(ContentModule, Protocol):
    """`content.py` of a commerce provider: also says how its products are bought."""

    def buy(
        self, context: Context, product: "UnifiedContent", variant: "ProductVariant | None"
    ) -> Buy | None:
        """How it is bought here; None where this shop does not sell it. A cart without a catalogue
        of its own sells the products of the client's CMS; it is asked about no other's."""
        ...

    def storefront(self, context: Context) -> Storefront: ...


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook as the vendor knows it."""

    id: str
    address: str
    """Where it delivers."""
    topics: tuple[str, ...] = ()
    """What it tells of, in the vendor's words."""
    active: bool = True
    trouble: str = ""
    """What is wrong with it: `failing since ...`, `tells of no deletion`; empty: nothing known."""


class RegistrationModule(Protocol):
    """`registration.py` of a provider: how its vendor learns where to deliver."""

    def instructions(self, context: Context, address: str) -> Sequence[str]:
        """The steps of a person who does it by hand, a sentence each; no secret's value in it."""
        ...


class ManagedRegistration(RegistrationModule, Protocol):
    """... where the vendor has an API for it. Needs the secret `MANAGE_TOKEN` names.

    Both raise `SecretMissing`, and what any call to a vendor raises.
    """

    MANAGE_TOKEN: str
    """Name of the secret with the right to read and write webhooks; in the manifest's needs, not
    required: without it a person registers by hand."""

    def hooks(self, context: Context) -> Sequence[Hook]:
        """Every hook of the client's project (shop, repository) at the vendor."""
        ...

    def register(self, context: Context, address: str) -> Sequence[Hook]:
        """Have the vendor deliver to `address`: makes the hooks that lack, mends those that are
        wrong, leaves alone what delivers elsewhere. Again changes nothing. The address's hooks."""
        ...


class SettingsModule(Protocol):
    """`settings.py` of a provider: a pydantic model named `Settings`, extra keys forbidden."""

    Settings: "type[BaseModel]"
