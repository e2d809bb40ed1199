"""Gatsby: for sites that come from it. Offered to migrate, not to begin with.

The heaviest of the engines: 1,309 packages, 624 MB, and most of a build makes a bundle for browsers
that no page of ours loads. On 2026-11-24 the npm registry's latest version was 5.16.1; unverified:
whether anyone maintains it.

Each build starts cold. Gatsby's own cache names every template by its absolute path, and a build
never runs in the folder of the one before: with that cache, every page was rendered again.

The seconds are the shortest of several runs on a machine that others used as well.
"""

from platform_cli.engines import _node
from platform_cli.engines._engine import Engine, Traits

ENGINE = Engine(
    name="gatsby",
    label="Gatsby",
    version="5.16.1",
    runtimes=_node.RUNTIMES,
    install=_node.INSTALL,
    build=("GATSBY_TELEMETRY_DISABLED=1 node node_modules/gatsby/cli.js build --no-uglify",),
    output="public/site",
    static="static",
    caches=("node_modules",),
    scratch=(".cache", "public"),
    shares=_node.SHARES,
    service=("gatsby-template", "pages alone, by Gatsby"),
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
