"""Names that both sides of the pipeline agree on.

The infrastructure writes these names into a template, the lambdas and the command line read
them back. A name that only one side uses does not belong here.
"""

from typing import Final

# --- environment of every function; an absent key means "this client has no such part" -----------
CLIENT_ID: Final = "CLIENT_ID"
ENVIRONMENT: Final = "ENVIRONMENT"
INTEGRATION_MODE: Final = "INTEGRATION_MODE"
INBOX_TABLE: Final = "INBOX_TABLE"
CONTENT_TABLE: Final = "CONTENT_CACHE_TABLE"
SITE_TABLE: Final = "BUILD_BATCH_TABLE"
CONTENT_TOPIC: Final = "CONTENT_EVENTS_TOPIC_ARN"
COMMERCE_TOPIC: Final = "COMMERCE_EVENTS_TOPIC_ARN"
BUILD_TOPIC: Final = "BUILD_EVENTS_TOPIC_ARN"
SITE_BUCKET: Final = "SITE_BUCKET"
DATA_BUCKET: Final = "DATA_BUCKET"
BUILD_PROJECT: Final = "BUILD_PROJECT_NAME"
POINTER_STORE: Final = "POINTER_STORE_ARN"
TIMER: Final = "TIMER_STATE_MACHINE_ARN"
SCHEDULE_GROUP: Final = "SCHEDULE_GROUP_NAME"
SCHEDULE_ROLE: Final = "SCHEDULE_ROLE_ARN"
DEAD_LETTERS: Final = "DEAD_LETTER_QUEUE_URL"
DEAD_LETTERS_ARN: Final = "DEAD_LETTER_QUEUE_ARN"
"""The same queue, as a schedule wants to be told of it."""
SECRET_STORE: Final = "SECRET_STORE"  # noqa: S105 - the name of a key
"""`ssm` or `secretsmanager`."""
PROVIDERS: Final = "PROVIDERS"
"""JSON object: provider name -> its settings (no secret is ever a setting)."""
BUILD_POLICY: Final = "BUILD_POLICY"
"""JSON object: the client's `builds`, see `batching.Policy`."""
PREVIEW: Final = "PREVIEW"
"""`1`: drafts are on the site."""
PROVIDER_API: Final = "PROVIDER_API_URL"
"""Set on the embedded target only: the address of the provider simulator. A provider's vendor
host H is then asked at `{PROVIDER_API_URL}/H`."""

# --- environment of a build (CodeBuild); ids only, never content, never a secret -----------------
ATTEMPT_ID: Final = "ATTEMPT_ID"
SITE_URL: Final = "SITE_URL"

# --- tables --------------------------------------------------------------------------------------
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
# SITE     pk `kind` ("SITE", "BUILD", "RELEASE", "AUDIT", "WATCH"), sk `id`
SITE_KEY: Final = "kind"
SITE_SORT: Final = "id"
SITE_ROW: Final = "SITE"
BUILD_ROW: Final = "BUILD"
RELEASE_ROW: Final = "RELEASE"
AUDIT_ROW: Final = "AUDIT"
WATCH_ROW: Final = "WATCH"
"""`id` = a provider: when its vendor was last looked at, and what was missed; see `Watch`."""
EXPIRES_AT: Final = "expires_at"
"""TTL attribute of every table, Unix seconds. Never on live content or a pending row."""

# --- object keys ---------------------------------------------------------------------------------
RELEASES: Final = "releases/"
RELEASES_KEPT: Final = 10
"""Releases that one can go back to, besides those that are in use."""
ASSETS: Final = "assets/"
ERROR_PAGE: Final = "errors/404.html"
RELEASE_MANIFEST: Final = "release.json"
RAW_BODIES: Final = "inbox/"
"""Large bodies of deliveries; they end after 90 days, the rows of the applied ones after 30."""
BODIES_SET_ASIDE: Final = "aside/"
"""Those of failed and quarantined deliveries: without an end, until a person decides."""
CONTENT_BODIES: Final = "bodies/"
SNAPSHOTS: Final = "snapshots/"
SOURCES: Final = "source/"
SITE_FACTS: Final = "site.json"
"""Written by a deploy: `feed.SiteFacts`, with the digest of the site's source. A build input."""

POINTER: Final = "live"
"""Key in the pointer store; its value is the id of the live release."""

# --- secrets -------------------------------------------------------------------------------------


def secret_path(client_id: str, environment: str, provider: str, name: str) -> str:
    """Path of one secret. Its value is the JSON object of `secrets.SecretValue`."""
    return f"/platform/{client_id}/{environment}/{provider}/{name}"


MANAGE_PREFIX: Final = "manage_"
"""A secret of such a name gives the right to manage webhooks: for people, never for a function."""

# --- topic attributes ----------------------------------------------------------------------------
EVENT_TYPE: Final = "event_type"
CONTENT_TYPE: Final = "content_type"
PROVIDER_NAME: Final = "provider_name"
REQUIRES_BUILD: Final = "requires_build"
BUILD_HINT: Final = "build_hint"
CLIENT: Final = "client_id"
ENVIRONMENT_NAME: Final = "environment"

# --- outputs of a client's stack -----------------------------------------------------------------
OUT_SITE_URL: Final = "SiteUrl"
OUT_DISTRIBUTION: Final = "DistributionId"
OUT_WEBHOOKS: Final = "WebhookBaseUrl"
"""A provider posts to `{this}/{provider}`."""
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

# --- what the builder function is asked (`{"action": ...}`); anything else is a hint to look -----
ACTION_LOOK: Final = "look"
ACTION_SWEEP: Final = "sweep"
ACTION_BUILD: Final = "build"
"""`force` (default true), `allow_shrink`, `cause`."""
ACTION_ROLLBACK: Final = "rollback"
"""`release` (default: the one before the live one)."""
ACTION_RESUME: Final = "resume"
ACTION_SYNC: Final = "sync"
"""Of the ingest function: `provider`. Answers `done: false` where the time was up: ask again, with
`skip` = the `listed` of that answer."""
ACTION_RETIRE: Final = "retire"
"""Of the ingest function: `provider`, one that the client no longer has. Answers like a sync."""
ACTION_REPLAY: Final = "replay"
"""Of the function that drives the inbox (ingest; in direct mode the builder): `ids`. Answers
`{replayed: [{id, number, status, reason}], skipped: [{id, reason}], left: [ids]}`."""
ACTION_DISCARD: Final = "discard"
"""Of the same: `ids` of failed and quarantined deliveries, which from now on may end. Answers
`{discarded: [ids]}`."""

# --- what the timer (`TIMER`) is started with: {"seconds": 1 or more, "event": for the builder} --
TIMER_SECONDS: Final = "seconds"
TIMER_EVENT: Final = "event"

# --- log lines that an alarm counts: the key `alarm` with one of these values --------------------
ALARM: Final = "alarm"
ALARM_PENDING: Final = "pending_too_long"
"""The sweeper saw a delivery that waited for more than fifteen minutes."""
ALARM_BUILD: Final = "build_failed"
"""A build failed, or a site was held."""
ALARM_STUCK: Final = "build_stuck"
"""A build outlived its hard limit."""
ALARM_SIGNATURE: Final = "signature_refused"
"""A delivery could not prove itself; many of them in a short time wake somebody."""
ALARM_SILENT: Final = "registration_silent"
"""A vendor shows changes that never came in."""

# --- numbers of a log line that CloudWatch counts, by the `provider` of the same line -------------
METRICS_NAMESPACE: Final = "Platform"
"""One for all clients of an account: a client is a property of its lines, and no metric more."""
RECEIVED: Final = "received"
SIGNATURE_FAILURES: Final = "signature_failures"
TIME_FAILURES: Final = "time_failures"
MALFORMED: Final = "malformed"
DUPLICATES: Final = "duplicates"
"""Deliveries that had come before, or said nothing new."""
APPLIED: Final = "applied"
PUBLISHED: Final = "published"
"""Events that went out to subscribers."""
ACK: Final = "ack_milliseconds"
"""From the request to its answer."""
APPLY: Final = "apply_seconds"
"""From the receipt, or the replay, to the mark that all of it is stored."""
BUILD: Final = "build_seconds"
FLIP: Final = "flip_seconds"
"""From the build's end to the pointer's move."""
LIVE: Final = "live_seconds"
"""From the first change that a build holds to the pointer's move."""
METRICS: Final = {
    RECEIVED: "Count",
    SIGNATURE_FAILURES: "Count",
    TIME_FAILURES: "Count",
    MALFORMED: "Count",
    DUPLICATES: "Count",
    APPLIED: "Count",
    PUBLISHED: "Count",
    ACK: "Milliseconds",
    APPLY: "Seconds",
    BUILD: "Seconds",
    FLIP: "Seconds",
    LIVE: "Seconds",
}
"""Name and unit."""
