"""Registers the webhook of the repository at its Git host."""

from platform_core.providers._git import api, registration

MANAGE_TOKEN = api.MANAGE_TOKEN
instructions = registration.instructions
hooks = registration.hooks
register = registration.register
