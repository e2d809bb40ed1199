"""The public interface of a provider: a manifest of facts and a few modules, loaded one by one.

`manifest.py` and `webhook.py` of a provider import no pydantic, because the acknowledgement of a
webhook loads them and has to start fast. `providers/__init__.py` discovers the providers.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from platform_core.provider.price_plan import Plan as Plan

if TYPE_CHECKING:
    from datetime import datetime

    from pydantic import BaseModel

    from platform_core.content.model import ProductVariant, UnifiedContent
    from platform_core.ingress.receive import Delivery, Request
    from platform_core.webhooks.signatures import Scheme


class Kind(StrEnum):
    """The role of a provider: content management or commerce."""

    CMS = "cms"
    COMMERCE = "ecommerce"


class Tier(StrEnum):
    """The price tier of a provider (C-R01, C-R02 of the requirements)."""

    BUDGET = "budget"
    BUDGET_PLUS = "budget_plus"
    PROFESSIONAL = "professional"
    ENTERPRISE = "enterprise"


@dataclass(frozen=True, slots=True)
class SecretNeed:
    """A secret of the provider: its name, its purpose and the place where a person finds it."""

    name: str
    purpose: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class Needs:
    """The provider's requirements on the infrastructure, as data."""

    secrets: tuple[SecretNeed, ...] = ()
    webhook: bool = True
    listing: bool = True
    """True if the vendor can list all of its content (`content.list_all`). If False, that depends
    on the settings; `list_all` and `current` raise `NoListing` when nothing can be listed."""


@dataclass(frozen=True, slots=True)
class Provider:
    """The manifest of a provider. It holds facts only."""

    name: str
    label: str
    kind: Kind
    tier: Tier
    engines: tuple[str, ...]
    """Engines that this vendor's users usually build with (C-R03..C-R09): native combinations."""
    needs: Needs
    aliases: tuple[str, ...] = ()
    plans: tuple[Plan, ...] = ()
    traits: frozenset[str] = frozenset()
    """Features that `recommend` can match, for example `git_based` or `visual_editing`."""
    summary: str = ""


# --- the outside world, as ports ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """The response of a vendor's API. Header names are in lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Http(Protocol):
    """Sends a request to a vendor's API. Raises `VendorUnavailable` when no response arrives."""

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
    """Everything a content module can use. One object, so that a new fact is only a new field."""

    client_id: str
    environment: str
    settings: "BaseModel"
    """The validated settings of this provider (`settings.Settings` of its folder)."""
    secret: Callable[[str], str]
    """Returns the current value of one of this provider's secrets. Raises `SecretMissing`."""
    http: Http
    now: "datetime"


@dataclass(frozen=True, slots=True)
class Upsert:
    """An item that the vendor has created or changed."""

    item: "UnifiedContent"
    authoritative: bool = False
    """True if it was just read from the vendor's API. Such an item may replace stored content of an
    equal version."""


@dataclass(frozen=True, slots=True)
class Removal:
    """An item that the vendor has deleted or unpublished."""

    content_id: str
    content_type: str
    version: int | None = None
    """The vendor's version of the deletion. None ranks it just above the stored version."""


@dataclass(frozen=True, slots=True)
class Signal:
    """An event that changes no content of the site, for example an order or a ping."""

    event_type: str
    subject_id: str
    data: Mapping[str, object] = field(default_factory=dict)
    """Ids, lines and totals only, never personal data."""


Change = Upsert | Removal | Signal


LARGEST_ID: Final = 1024
"""Maximum size of an item's id in bytes."""


def is_content_id(text: str) -> bool:
    """Check that a table key and a message can hold this text as an item's id."""
    try:
        return 0 < len(text.encode()) <= LARGEST_ID
    # A lone surrogate, which JSON allows and UTF-8 cannot encode.
    except UnicodeEncodeError:
        return False


PAGE: Final = "\0page"
"""Placeholder in a `Buy` for the address of the product's own page. Only the feed can fill it in,
because the final slug of a product depends on the other products."""


@dataclass(frozen=True, slots=True)
class Buy:
    """The way a visitor buys one variant. It keeps provider names out of the templates.

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
    """Resources that every page of a shop loads (absolute URLs) and the origins its CSP allows."""

    scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    html: str = ""


class WebhookModule(Protocol):
    """`webhook.py` of a provider. It imports no pydantic."""

    SIGNATURE: "Scheme"

    def topic(self, request: "Request") -> str:
        """Return the vendor's name of the event. Only a hint where the vendor does not sign it."""
        ...

    def delivery_key(self, request: "Request") -> str:
        """Return a key of at most 200 ASCII characters that identifies the delivery. Redeliveries
        and replays of a captured delivery have the same key; two edits of a document differ."""
        ...


class GreetedModule(WebhookModule, Protocol):
    """`webhook.py` of a vendor that sends an unsigned greeting and expects a 200 for it."""

    def is_greeting(self, request: "Request") -> bool:
        """Check that the request is exactly the vendor's greeting. Never raises."""
        ...


class ContentModule(Protocol):
    """`content.py` of a provider."""

    def changes(self, context: Context, delivery: "Delivery") -> Sequence[Change]:
        """Return the changes that a delivery reports.

        Fetches the data that the webhook leaves out, and confirms a deletion that only an unsigned
        header claims. Raises `Malformed`, or a `PipelineError` with `retry`.
        """
        ...

    def list_all(self, context: Context) -> "Iterator[UnifiedContent]":
        """Yield all content that the vendor publishes for this client, page by page."""
        ...

    def current(
        self, context: Context, content_id: str, content_type: str
    ) -> "UnifiedContent | None":
        """Return one item from the vendor's uncached API, or None if it does not exist."""
        ...


class CommerceModule(ContentModule, Protocol):
    """`content.py` of a commerce provider. It also describes how its products are bought."""

    def buy(
        self, context: Context, product: "UnifiedContent", variant: "ProductVariant | None"
    ) -> Buy | None:
        """Return the way to buy a product, or None if this shop does not sell it.

        A cart without its own catalogue sells the products of the client's CMS, and gets no others.
        """
        ...

    def storefront(self, context: Context) -> Storefront: ...


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook registration at the vendor."""

    id: str
    address: str
    """The URL it delivers to."""
    topics: tuple[str, ...] = ()
    """The events it sends, in the vendor's terms."""
    active: bool = True
    trouble: str = ""
    """The problem with it, for example `failing since ...`. Empty if none is known."""


class RegistrationModule(Protocol):
    """`registration.py` of a provider: registers the webhook at its vendor."""

    def instructions(self, context: Context, address: str) -> Sequence[str]:
        """Return the manual steps, one sentence each. They contain no secret value."""
        ...


class ManagedRegistration(RegistrationModule, Protocol):
    """`registration.py` of a vendor with an API for webhooks. It uses the secret `MANAGE_TOKEN`.

    Both functions raise `SecretMissing` and the errors of any call to a vendor.
    """

    MANAGE_TOKEN: str
    """Name of the secret that may read and write webhooks. The manifest lists it as not required:
    without it a person registers the webhook by hand."""

    def hooks(self, context: Context) -> Sequence[Hook]:
        """Return all webhooks of the client's project, shop or repository at the vendor."""
        ...

    def register(self, context: Context, address: str) -> Sequence[Hook]:
        """Create or repair the webhooks of this address. Idempotent. Returns them.

        Webhooks that deliver to another address stay as they are.
        """
        ...


class SettingsModule(Protocol):
    """`settings.py` of a provider: a pydantic model named `Settings` that forbids extra keys."""

    Settings: "type[BaseModel]"
