"""Verifies deliveries of the client's Git host only: Decap itself sends nothing."""

from platform_core.choice import BySetting
from platform_core.providers._git import webhook as git

SIGNATURE = BySetting("repository", {"github": git.GITHUB, "gitlab": git.GITLAB})
topic = git.topic
delivery_key = git.delivery_key
