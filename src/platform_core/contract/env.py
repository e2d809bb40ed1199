"""The environment variables of the functions and of a build.

A missing variable means that the client has no such part.
"""

from typing import Final

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
FORMER_ADDRESS: Final = "FORMER_WEBHOOK_ADDRESS"
"""JSON object: `token` and `until` of the webhook address before the last rotation."""
SITE_RULES: Final = "SITE_RULES"
"""`1`: the edge function applies redirects and headers, so the builder stores them."""
PREVIEW: Final = "PREVIEW"
"""`1`: drafts are on the site."""
PREVIEW_PROJECT: Final = "PREVIEW_PROJECT_NAME"
"""Of the builder: the build project of previews. Missing for a client without previews."""
PREVIEW_ROLE_ID: Final = "PREVIEW_ROLE_ID"
"""Of the builder: the unique id of that project's role."""
PREVIEW_BUILD: Final = "PREVIEW_BUILD"
"""Of a build, `1`: it publishes a preview."""
PROVIDER_API: Final = "PROVIDER_API_URL"
"""Set on the embedded target only: the address of the provider simulator. A provider's vendor
host H is then asked at `{PROVIDER_API_URL}/H`."""

BUILD_ROLE_ID: Final = "BUILD_ROLE_ID"
"""The unique id of the build's role. The builder and a build find the folder of a release by it."""

# A build of CodeBuild gets ids only: no content and no secret.
ATTEMPT_ID: Final = "ATTEMPT_ID"
SITE_URL: Final = "SITE_URL"
BUILD_SECRETS: Final = "BUILD_SECRETS"
"""Of a build with secrets: the names of the variables that hold them, separated by spaces."""
BUILD_EACH_EVENT: Final = "BUILD_EACH_EVENT"
"""`1`: the content shows no change, so the builder skips no build."""
