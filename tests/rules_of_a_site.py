"""The rules behind `rule_routes.json`, and the entries of the store for a release with them."""

from typing import Final

from platform_core.hosting.edge_rules import EdgeRules, compile_rules
from platform_core.hosting.headers_file import read_headers
from platform_core.hosting.redirects_file import read_redirects
from platform_core.hosting.rules import join_rules

REDIRECTS: Final = """
/old            /new/
/ask            /answer/?from=ask          302
/part           /page/#part                308
/café           /té/                       303
/blog/:slug     /news/:slug                302
/archive/*      https://archive.example/:splat  301!
/up/*           /:splat                    307
/both/special   /special/
/both/*         /other/:splat
/later/*        /first/:splat
/later/special  /never/
/app/*          /app/index.html            200
/secret/*       /404.html                  404!
/gone/*         /404.html                  410
/kept           /never/
/forced         /new/                      301!
/p/:hasOwnProperty  /q/:hasOwnProperty     301
/assets/*       /unknown-asset/            302!
"""
HEADERS: Final = """
/*
  X-Frame-Options: DENY
  Cache-Control: public, max-age=60
/blog/:slug
  X-Robots-Tag: noindex
/blog/kept
  Cache-Control: no-store
/café/*
  X-Tea: green
"""
FILES: Final = (
    "index.html", "404.html", "kept/index.html", "forced/index.html", "blog/kept/index.html",
    "archive/kept.html", "app/index.html", "app/logo.svg", "secret/index.html",
)  # fmt: skip
HEADER_ROUTES: Final = (
    ("/", {"x-frame-options": "DENY", "cache-control": "public, max-age=60"}),
    (
        "/blog/kept/",
        {"x-frame-options": "DENY", "cache-control": "no-store", "x-robots-tag": "noindex"},
    ),
    (
        "/caf%C3%A9/a.txt",
        {"x-frame-options": "DENY", "cache-control": "public, max-age=60", "x-tea": "green"},
    ),
)


def compile_example() -> EdgeRules:
    """Return the compiled rules."""
    rules = join_rules([read_redirects("_redirects", REDIRECTS), read_headers("_headers", HEADERS)])
    assert not rules.refused
    compiled, problems = compile_rules(rules, FILES)
    assert not problems
    return compiled
