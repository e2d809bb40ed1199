"""Next.js exports React components as pages without JavaScript.

A build does not query the registry for packages missing from the lock file and sends no telemetry.
It uses webpack, because Turbopack rejects packages behind a symbolic link.
"""

from platform_cli.engines import _node
from platform_cli.engines._conventions import Conventions
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
    packages=_node.PACKAGES,
    caches=_node.CACHES,
    variables=_node.VARIABLES,
    scratch=(".next",),
    shares=_node.SHARES,
    service=("nextjs-template", "pages only, built with Next.js"),
    options_since={"--webpack": 16},
    conventions=Conventions(
        configs=("next.config.js", "next.config.mjs", "next.config.ts"),
        package="next",
        versions=(14, 15, 16),
        program="next",
        build="node_modules/.bin/next build",
        output="out",
        output_setting=r"\bdistDir\s*:\s*['\"](?:\./)?([\w./-]+)['\"]",
        scratch=(".next",),
        url_variables=(("NEXT_PUBLIC_SITE_URL", "$SITE_URL"),),
    ),
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
