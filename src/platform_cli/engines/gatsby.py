"""Gatsby, for migrating existing Gatsby sites. Not recommended for new sites.

It is the heaviest engine, with 1,309 packages (624 MB). Most of a build creates a browser bundle
that our pages do not load. Version 5.16.1 was the latest in the npm registry on 2026-11-24. We have
not verified that it is still maintained.

Every build starts without a cache. Gatsby's cache refers to templates by absolute path, and every
build runs in a new folder, so a cached build rendered all pages again.

The times are the shortest of several runs on a shared machine.
"""

from platform_cli.engines import _node
from platform_cli.engines._conventions import Conventions
from platform_cli.engines._engine import Engine
from platform_cli.engines._traits import Traits
from platform_cli.engines._unsupported import UnsupportedFeature

ENGINE = Engine(
    name="gatsby",
    label="Gatsby",
    version="5.16.1",
    runtimes=_node.RUNTIMES,
    install=_node.INSTALL,
    build=("GATSBY_TELEMETRY_DISABLED=1 node node_modules/gatsby/cli.js build --no-uglify",),
    output="public/site",
    static="static",
    packages=_node.PACKAGES,
    caches=_node.CACHES,
    variables=_node.VARIABLES,
    scratch=(".cache", "public"),
    shares=_node.SHARES,
    service=("gatsby-template", "pages only, built with Gatsby"),
    conventions=Conventions(
        configs=("gatsby-config.js", "gatsby-config.ts", "gatsby-config.mjs"),
        package="gatsby",
        versions=(5,),
        program="gatsby",
        build="node_modules/.bin/gatsby build",
        # Our starter makes its pages below another address, which this server does not show.
        dev='node_modules/.bin/gatsby develop --host "$HOST" --port "$PORT"',
        output="public",
        scratch=(".cache",),
        url_variables=(("GATSBY_SITE_URL", "$SITE_URL"),),
    ),
    unsupported=(
        UnsupportedFeature(
            "pages that a server renders",
            "load the data in the build or in the browser",
            text=r"\bexport\s+(const|async\s+function|function)\s+getServerData\b",
        ),
        UnsupportedFeature(
            "pages that are built on the first request (DSG)",
            "remove defer: true",
            text=r"\bdefer\s*:\s*true\b",
        ),
        UnsupportedFeature(
            "functions in src/api",
            "move them to a server of its own, such as AWS Lambda",
            path=r"src/api/.+\.[jt]s",
        ),
        UnsupportedFeature(
            "redirects that the build makes",
            "move them to a file _redirects",
            text=r"\bcreateRedirect\s*\(",
        ),
    ),
    traits=Traits(
        install_seconds=47.3,
        build_seconds_10_pages=14.8,
        build_seconds_1000_pages=19.8,
        peak_megabytes=769,
        skill="advanced",
        performance="very good",
        asks=("react", "javascript"),
        as_of="2026-11-24",
    ),
)
