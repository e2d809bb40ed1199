"""The message attributes of the topics, by which subscribers filter."""

from typing import Final

EVENT_TYPE: Final = "event_type"
CONTENT_TYPE: Final = "content_type"
PROVIDER_NAME: Final = "provider_name"
REQUIRES_BUILD: Final = "requires_build"
BUILD_HINT: Final = "build_hint"
CLIENT: Final = "client_id"
ENVIRONMENT_NAME: Final = "environment"
