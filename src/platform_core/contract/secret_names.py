"""The paths of secrets in the secret store."""

from typing import Final


def secret_path(client_id: str, environment: str, provider: str, name: str) -> str:
    """Path of one secret. Its value is the JSON object of `secrets.SecretValue`."""
    return f"/platform/{client_id}/{environment}/{provider}/{name}"


def build_secret_path(client_id: str, environment: str, provider: str, name: str) -> str:
    """Path of a build's own copy of a secret: an SSM parameter with nothing but the value.

    A variable of CodeBuild takes a whole parameter, so the JSON object of `secret_path` is no use.
    """
    return f"/platform/{client_id}/{environment}/build/{provider}/{name}"


def build_secret_variable(provider: str, name: str) -> str:
    """Environment variable by which a build gets a secret, such as SANITY_READ_TOKEN."""
    return f"{provider}_{name}".upper()


MANAGE_PREFIX: Final = "manage_"
"""A secret of such a name gives the right to manage webhooks: for people, never for a function."""
DRAFTS_TOKEN: Final = "drafts_token"  # noqa: S105 - the name of a secret
"""A secret of this name can read unpublished content: for previews, never for the live site."""
