"""The manifest of a provider: facts only, each with its source.

A manifest is loaded while a webhook's sender waits, so this imports no pydantic.
"""

from dataclasses import dataclass
from enum import StrEnum

from platform_core.provider.price_plan import Plan


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
    is_api_key: bool = False
    """True for a webhook secret that `content.py` uses as well, as the key of the vendor's API.
    Otherwise only the function that verifies webhooks may read it."""


@dataclass(frozen=True, slots=True)
class Needs:
    """The provider's requirements on the infrastructure, as data."""

    secrets: tuple[SecretNeed, ...] = ()
    webhook: bool = True
    listing: bool = True
    """True if the vendor can list all of its content (`content.list_all`). If False, that depends
    on the settings; `list_all` and `current` raise `NoListing` when nothing can be listed."""
    drafts: bool = False
    """True if `content.list_all` can read unpublished content as well (`Context.drafts`). A vendor
    that needs another credential for it has the secret `contract.DRAFTS_TOKEN`."""
    erasure: bool = False
    """True if the vendor sends requests to erase personal data (`Erasure`). The function that
    applies them then may delete stored deliveries."""


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
