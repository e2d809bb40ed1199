"""Dependencies of ingest."""

from collections.abc import Callable
from dataclasses import dataclass

from platform_core.pipeline.ingest.content_applier import ContentApplier
from platform_core.pipeline.ingest.erasure import StoredDeliveries
from platform_core.pipeline.ports import Bus, Clock, DeadLetters, Deliveries, Log, SiteStore
from platform_core.pipeline.source.keeper import SourceKeeper
from platform_core.pipeline.vendors import ClientProviders


@dataclass(frozen=True, slots=True)
class IngestDeps:
    """The ports of ingest, and the client's providers."""

    deliveries: Deliveries
    stored_deliveries: StoredDeliveries
    """For a vendor's request to erase some of them."""
    dead_letters: DeadLetters
    applier: ContentApplier
    site: SiteStore
    bus: Bus
    vendors: ClientProviders
    clock: Clock
    sleep: Callable[[float], None]
    log: Log
    source: SourceKeeper | None = None
    """For a site that renders its own repository."""
