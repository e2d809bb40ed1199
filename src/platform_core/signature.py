"""Former path of `platform_core.webhooks.signatures`, kept for the providers of third parties."""

from platform_core.webhooks.signatures import *  # noqa: F403 - every name of the module
