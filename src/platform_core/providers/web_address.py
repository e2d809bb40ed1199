"""The pattern of web addresses in settings: https, a host name and a plain path."""

from typing import Final

_LABEL: Final = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_SEGMENT: Final = r"[A-Za-z0-9_~-]+(\.[A-Za-z0-9_~-]+)*"
WEB_ADDRESS: Final = (
    rf"^https://({_LABEL}\.)+[a-z]([a-z0-9-]{{0,61}}[a-z0-9])?(:[0-9]{{1,5}})?(/{_SEGMENT})*$"
)
"""A pattern for a pydantic field: no trailing slash, user name, query or numeric host."""
