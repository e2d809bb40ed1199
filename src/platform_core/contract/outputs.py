"""The outputs of a client's stack."""

from typing import Final

OUT_SITE_URL: Final = "SiteUrl"
OUT_DISTRIBUTION: Final = "DistributionId"
OUT_ALIASES: Final = "SiteAliases"
"""Further domains that redirect to the main one, with commas between them. Absent without any."""
OUT_WEBHOOKS: Final = "WebhookBaseUrl"
"""A provider posts to `{this}/{provider}`, or to `{this}/{provider}/{WebhookToken}`."""
OUT_WEBHOOK_TOKEN: Final = "WebhookToken"  # noqa: S105 - the name of an output
"""Absent while the client uses the open form of the address."""
OUT_FORMER_WEBHOOK_TOKEN: Final = "FormerWebhookToken"  # noqa: S105 - the name of an output
"""Absent where the former address has the open form, or there is none."""
OUT_FORMER_WEBHOOK_UNTIL: Final = "FormerWebhookUntil"
"""Unix seconds at which the former address ends. Absent without one."""
OUT_CONTENT_API: Final = "ContentApiUrl"
OUT_API_ID: Final = "ApiId"
OUT_SITE_BUCKET: Final = "SiteBucket"
OUT_DATA_BUCKET: Final = "DataBucket"
OUT_INBOX_TABLE: Final = "InboxTable"
OUT_CONTENT_TABLE: Final = "ContentTable"
OUT_SITE_TABLE: Final = "SiteTable"
OUT_POINTER_STORE: Final = "PointerStoreArn"
OUT_BUILDER: Final = "BuilderFunction"
OUT_ROUTER: Final = "RouterFunction"
OUT_INGEST: Final = "IngestFunction"
OUT_BUILD_PROJECT: Final = "BuildProject"
OUT_DEAD_LETTERS: Final = "DeadLetterQueueUrl"
