"""The public interface of a provider: a manifest of facts and a few modules, loaded one by one.

`manifest.py` and `webhook.py` of a provider import no pydantic, because the acknowledgement of a
webhook loads them and has to start fast. `providers/__init__.py` discovers the providers.
"""

from platform_core.content.ids import LARGEST_ID, is_content_id
from platform_core.http import Http, HttpResponse
from platform_core.provider.changes import (
    DATA_REQUESTED,
    Change,
    Erasure,
    Part,
    Removal,
    Signal,
    Upsert,
)
from platform_core.provider.manifest import Kind, Needs, Provider, SecretNeed, Tier
from platform_core.provider.modules import (
    CalledBackModule,
    CommerceModule,
    ContentModule,
    Context,
    DividedModule,
    EditedModule,
    GreetedModule,
    Hook,
    ImageModule,
    ManagedRegistration,
    RegistrationModule,
    SettingsModule,
    WebhookModule,
)
from platform_core.provider.price_plan import Plan
from platform_core.provider.source import ArchiveAddress, BranchHead, PushedCommit, SourceModule
from platform_core.provider.storefront import PAGE, Buy, Storefront

__all__ = [
    "DATA_REQUESTED",
    "LARGEST_ID",
    "PAGE",
    "ArchiveAddress",
    "BranchHead",
    "Buy",
    "CalledBackModule",
    "Change",
    "CommerceModule",
    "ContentModule",
    "Context",
    "DividedModule",
    "EditedModule",
    "Erasure",
    "GreetedModule",
    "Hook",
    "Http",
    "HttpResponse",
    "ImageModule",
    "Kind",
    "ManagedRegistration",
    "Needs",
    "Part",
    "Plan",
    "Provider",
    "PushedCommit",
    "RegistrationModule",
    "Removal",
    "SecretNeed",
    "SettingsModule",
    "Signal",
    "SourceModule",
    "Storefront",
    "Tier",
    "Upsert",
    "WebhookModule",
    "is_content_id",
]
