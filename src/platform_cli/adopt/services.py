"""Find features of a site that end with the move: services of the former host, and servers."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from platform_cli.engines import UnsupportedFeature
from platform_cli.errors import Finding
from platform_core.provider.site_traces import place_of

SERVICES: Final = (
    UnsupportedFeature(
        "a script that sends a form to Netlify",
        "send it to /_forms/ and the name of the form, or let the form send itself",
        text=r"[\"']form-name[\"']\s*[:,\]]",
    ),
    UnsupportedFeature(
        "the login of Netlify Identity",
        "let editors log in with GitHub, see docs/login_relay.md; for visitors, use an identity "
        "provider",
        text=r"\bnetlify-identity-widget\b|\bidentity\.netlify\.com\b|\.netlify/identity\b",
    ),
    UnsupportedFeature(
        "a call of a function on Netlify",
        "move the function to a server of its own, and call its address",
        text=r"/\.netlify/functions/\w",
    ),
    UnsupportedFeature(
        "a function on Netlify",
        "move it to a server of its own, such as AWS Lambda",
        path=r"netlify/functions/.+\.([cm]?[jt]s|go)",
    ),
    UnsupportedFeature(
        "an edge function on Netlify",
        "write redirects and headers as rules; decide everything else in the page",
        path=r"netlify/edge-functions/.+\.[cm]?[jt]s",
    ),
    UnsupportedFeature(
        "a function on Cloudflare Pages",
        "move it to a server of its own, such as AWS Lambda",
        text=r"\bexport\s+(const|async\s+function|function)\s+onRequest(Get|Post)?\b",
    ),
    UnsupportedFeature(
        "images that the former host resizes",
        "resize them in the build, with the generator's own images",
        text=r"/\.netlify/images\?|/_vercel/image\b|/cdn-cgi/image/|[?&]nf_resize=",
    ),
    UnsupportedFeature(
        "analytics of the former host",
        "remove the script, or use a service that works on any host",
        text=r"@vercel/(analytics|speed-insights)|/_vercel/(insights|speed-insights)/",
    ),
    UnsupportedFeature(
        "a store of the former host",
        "use a database or a bucket of your own",
        text=r"[\"']@(netlify/blobs|vercel/(kv|blob|postgres|edge-config))[\"']",
    ),
    UnsupportedFeature(
        "a build of SvelteKit that makes a server",
        "use @sveltejs/adapter-static in the config file",
        text=r"[\"']@sveltejs/adapter-(auto|node|vercel|netlify|cloudflare)",
        unless=r"[\"']@sveltejs/adapter-static",
    ),
)


def find_features(
    features: Iterable[UnsupportedFeature], paths: Iterable[str], sources: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield the first place of each feature that a site uses. Paths start at the site's root."""
    listed = list(paths)
    for feature in features:
        where = _find_text(feature.text, sources) or _find_path(feature.path, listed)
        works = _find_text(feature.unless, sources) or _find_path(feature.unless_path, listed)
        if where and not works:
            yield Finding(feature.message, where, feature.way_out)


def _find_text(pattern: str, sources: Mapping[str, str]) -> str:
    compiled = re.compile(pattern, re.IGNORECASE)
    for path, text in sources.items():
        if match := compiled.search(text):
            return place_of(path, text, match.start())
    return ""


def _find_path(pattern: str, paths: Iterable[str]) -> str:
    return next((path for path in paths if re.fullmatch(pattern, path)), "")
