"""The login relay of an editor: its paths, function, secret and stack output."""

from typing import Final

LOGIN_PATH: Final = "/_login/"
"""The relay answers below this path, on the domain of its site."""
LOGIN_AUTH: Final = "auth"
LOGIN_CALLBACK: Final = "callback"
LOGIN_SIMULATED: Final = "simulated"
"""Page of the simulated login, on the embedded cloud only."""
LOGIN_COOKIE: Final = "__Host-login"
"""Browsers accept the prefix from this host only, so no other subdomain can set the cookie."""

LOGIN_SECRET: Final = "login_client_secret"  # noqa: S105 - the name of a secret
"""A secret of this name belongs to an OAuth app, and only the login relay reads it."""
LOGIN_CLIENT_SETTING: Final = "login_client_id"
"""A provider with this setting has a login relay."""
LOGIN_SCOPE_SETTING: Final = "login_scope"
LOGIN_DEFAULT_SCOPE: Final = "repo"

LOGIN_PROVIDER: Final = "LOGIN_PROVIDER"
LOGIN_CLIENT_ID: Final = "LOGIN_CLIENT_ID"
LOGIN_SCOPE: Final = "LOGIN_SCOPE"
OUT_LOGIN_API_ID: Final = "LoginApiId"
