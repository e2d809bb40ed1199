"""Astro: components that become plain HTML; a page holds JavaScript only where a component asks.

Its compiler is native. Builds on x64 are tested; on arm64 the lock file installs all else, but of
`@astrojs/compiler-binding-linux-arm64-gnu` 0.5.1 it knows the name and not the hash: the registry
in reach did not hold it (2026-11-24), so a build on arm64 has never run.
"""

from platform_cli.engines import _node
from platform_cli.engines._engine import Engine, Traits

ENGINE = Engine(
    name="astro",
    label="Astro",
    version="7.3.5",
    runtimes=_node.RUNTIMES,
    install=_node.INSTALL,
    build=("ASTRO_TELEMETRY_DISABLED=1 node node_modules/astro/bin/astro.mjs build --silent",),
    output="dist",
    caches=("node_modules",),
    scratch=(".astro",),
    shares=_node.SHARES,
    service=("modern-performance", "a fast site of components, without a CMS"),
    traits=Traits(
        install_seconds=11.8,
        build_seconds_10_pages=1.0,
        build_seconds_1000_pages=2.9,
        peak_megabytes=497,
        skill="intermediate",
        performance="excellent",
        components=True,
        asks=("javascript",),
        as_of="2026-11-24",
    ),
)
