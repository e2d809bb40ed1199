"""Nuxt renders Vue components to pages without scripts. Telemetry is disabled."""

from platform_cli.engines import _node
from platform_cli.engines._engine import Engine, Traits

ENGINE = Engine(
    name="nuxt",
    label="Nuxt",
    version="4.5.2",
    runtimes=_node.RUNTIMES,
    install=_node.INSTALL,
    build=(
        "NUXT_TELEMETRY_DISABLED=1 node node_modules/nuxt/bin/nuxt.mjs generate",
        "node finish.js",
    ),
    output="dist",
    packages=_node.PACKAGES,
    caches=_node.CACHES,
    variables=_node.VARIABLES,
    scratch=(".nuxt", ".output"),
    shares=_node.SHARES,
    service=("nuxt-template", "pages only, built with Nuxt"),
    traits=Traits(
        install_seconds=30.9,
        build_seconds_10_pages=11.0,
        build_seconds_1000_pages=16.1,
        peak_megabytes=802,
        skill="advanced",
        performance="excellent",
        asks=("vue", "javascript"),
        as_of="2026-11-24",
    ),
)
