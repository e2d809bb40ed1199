"""Verifies deliveries of the client's Git host only: Decap itself sends nothing."""

from platform_core.providers._git import webhook as git
from platform_core.webhooks.composite_signatures import BySetting

SIGNATURE = BySetting("repository", {"github": git.GITHUB, "gitlab": git.GITLAB})
topic = git.topic
delivery_key = git.delivery_key
