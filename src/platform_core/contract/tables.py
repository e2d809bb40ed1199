"""The keys, indexes and row kinds of the tables."""

from typing import Final

# Every key of a table or an index is text, times as ISO-8601 UTC; but for `received_at`.
# INBOX    pk `delivery` ("{provider}#{delivery_key}")
INBOX_KEY: Final = "delivery"
RECEIVED_AT: Final = "received_at"
"""A number: Unix seconds, with a fraction."""
PENDING: Final = "pending"
PENDING_INDEX: Final = "PendingIndex"
"""Sparse: pk `pending` ("1" while a row waits), sk `received_at`. Keys only; a hint."""
RECENT_INDEX: Final = "RecentIndex"
"""pk `client_id`, sk `received_at`: what `platform events` lists."""
# CONTENT  pk `content_id`, sk `content_type_provider` ("product#shopify_basic")
CONTENT_KEY: Final = "content_id"
CONTENT_SORT: Final = "content_type_provider"
CLIENT_TYPE_INDEX: Final = "ClientContentTypeIndex"
PROVIDER_INDEX: Final = "ProviderUpdateIndex"
STATUS_INDEX: Final = "StatusUpdateIndex"
# SITE     pk `kind` ("SITE", "BUILD", "RELEASE", "AUDIT", "WATCH", "PREVIEW", "SOURCE"), sk `id`
SITE_KEY: Final = "kind"
SITE_SORT: Final = "id"
SITE_ROW: Final = "SITE"
BUILD_ROW: Final = "BUILD"
RELEASE_ROW: Final = "RELEASE"
AUDIT_ROW: Final = "AUDIT"
WATCH_ROW: Final = "WATCH"
"""`id` = a provider: when its vendor was last looked at, and what was missed; see `Watch`."""
PREVIEW_ROW: Final = "PREVIEW"
SOURCE_ROW: Final = "SOURCE"
"""The newest commit of a site that renders its own repository: `SourceState`."""
EXPIRES_AT: Final = "expires_at"
"""TTL attribute of every table, Unix seconds. Never on live content or a pending row."""
