"""Build addresses of resized images at the CDN of a vendor."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit


def with_parameters(url: str, hosts: frozenset[str], parameters: Mapping[str, str]) -> str | None:
    """Return the URL with these query parameters, or None if it is at none of these hosts.

    >>> with_parameters("https://cdn.example/a.jpg?v=2", frozenset({"cdn.example"}), {"w": "640"})
    'https://cdn.example/a.jpg?v=2&w=640'
    """
    try:
        parts = urlsplit(url)
        is_at_host = parts.scheme == "https" and parts.netloc in hosts
    except ValueError:
        return None
    if not is_at_host or parts.path.lower().endswith((".svg", ".gif")):
        # A drawing has no size of its own, and a resized animation may lose its movement.
        return None
    query = {**dict(parse_qsl(parts.query, keep_blank_values=True)), **parameters}
    return parts._replace(query=urlencode(query)).geturl()
