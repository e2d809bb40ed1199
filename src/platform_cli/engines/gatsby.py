"""Gatsby: for sites that come from it. Offered to migrate, not to begin with.

The heaviest of the engines: `npm ci` brings some 1,300 packages, and most of a build goes into a
bundle for the browser that no page of ours loads. As of 2026-11-24 the registry's latest version is
5.16.1 and there is no 6; whether it is still maintained could not be established.

Each build starts cold. Gatsby's own cache names every template by its absolute path, and a build
never runs in the folder of the one before: measured, it then renders every page again.
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
    caches=("node_modules",),
    scratch=(".cache", "public"),
    shares=_node.SHARES,
    traits=Traits(
        install_seconds=37.3,
        build_seconds_10_pages=27.8,
        build_seconds_1000_pages=37.6,
        peak_megabytes=632,
        skill="advanced",
        performance="very good",
    ),
)
