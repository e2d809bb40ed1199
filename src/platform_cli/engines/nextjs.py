"""Next.js: React components, exported as pages that load no JavaScript.

A build asks no registry for what a lock may lack, and reports nothing to Next's makers. It compiles
with webpack: the other bundler refuses packages that lie behind a link.
"""

from platform_cli.engines import _node
from platform_cli.engines._engine import Engine, Traits

ENGINE = Engine(
    name="nextjs",
    label="Next.js",
    version="16.4.6",
    runtimes=_node.RUNTIMES,
    install=_node.INSTALL,
    build=(
        "NEXT_TELEMETRY_DISABLED=1 NEXT_IGNORE_INCORRECT_LOCKFILE=1"
        " node node_modules/next/dist/bin/next build --webpack",
        "node finish.js",
    ),
    output="out",
    caches=("node_modules",),
    scratch=(".next",),
    shares=_node.SHARES,
    service=("nextjs-template", "pages alone, by Next.js"),
    traits=Traits(
        install_seconds=19.3,
        build_seconds_10_pages=11.8,
        build_seconds_1000_pages=13.4,
        peak_megabytes=402,
        skill="advanced",
        performance="excellent",
        asks=("react", "javascript"),
        as_of="2026-11-24",
    ),
)
