"""The modules of a provider, as protocols, and the context that they receive.

Each module is loaded on its own, so that a webhook's answer waits for `webhook.py` only.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from platform_core.http import Http
from platform_core.provider.changes import Change, Part
from platform_core.provider.storefront import Buy, Storefront

if TYPE_CHECKING:
    from datetime import datetime

    from pydantic import BaseModel

    from platform_core.content.model import ProductVariant, UnifiedContent
    from platform_core.webhooks.request import Delivery, Request
    from platform_core.webhooks.signatures import Scheme


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
    open_address: str = ""
    """For `registration.py`: the client's webhook address without a token. Its current and its
    former addresses start with it."""
    drafts: bool = False
    """Whether `list_all` reads unpublished content as well, for a preview. True only for a provider
    whose manifest says that it can (`Needs.drafts`)."""

    def is_own_address(self, url: object) -> bool:
        """Return whether a webhook delivers to a current or former address of this client."""
        if not self.open_address or not isinstance(url, str):
            return False
        return url == self.open_address or url.startswith(f"{self.open_address}/")


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


class CalledBackModule(WebhookModule, Protocol):
    """`webhook.py` of a vendor that has to be asked about each token."""

    def is_known_event(self, request: "Request") -> bool:
        """Check that the body names an event that the vendor is known to send. Never raises.

        Requests with other events can use fewer of the calls to the vendor.
        """
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


class DividedModule(ContentModule, Protocol):
    """`content.py` of a provider whose deliveries can be too large for one run of a worker."""

    def parts(self, context: Context, delivery: "Delivery") -> Sequence[Part]:
        """Return the parts of a delivery: `changes`, but each is read when its part is called.

        Cheap, and in the same order at every call: a later run goes on where one stopped. A part
        that raises `Malformed` is left out.
        """
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


class ImageModule(Protocol):
    """`images.py` of a provider whose vendor resizes images by their address."""

    def resize(self, url: str, width: int) -> str | None:
        """Return the address of the image at this width, in a format that browsers load fast.

        None if the vendor does not serve this URL, or does not resize such an image.
        """
        ...


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

        A webhook that delivers to a former address of the client (`Context.is_own_address`) is
        changed in place, unless one delivers to this address already. Webhooks of any other
        address stay as they are.
        """
        ...


class SettingsModule(Protocol):
    """`settings.py` of a provider: a pydantic model named `Settings` that forbids extra keys."""

    Settings: "type[BaseModel]"


class EditedModule(SettingsModule, Protocol):
    """`settings.py` of a CMS whose editors work on a page with an address that we can compute."""

    def editor_page(self, settings: "BaseModel", site_url: str) -> str:
        """Return the address at which editors work. `site_url` has no slash at its end."""
        ...
