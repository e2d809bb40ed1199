"""The paths of secrets in the secret store."""

from typing import Final


def secret_path(client_id: str, environment: str, provider: str, name: str) -> str:
    """Path of one secret. Its value is the JSON object of `secrets.SecretValue`."""
    return f"/platform/{client_id}/{environment}/{provider}/{name}"


MANAGE_PREFIX: Final = "manage_"
"""A secret of such a name gives the right to manage webhooks: for people, never for a function."""
