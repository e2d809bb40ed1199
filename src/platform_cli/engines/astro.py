"""Astro renders components to HTML and loads JavaScript only for interactive components.

Its compiler is native. Builds on x64 are tested; builds on arm64 are not. The lock file has no hash
for `@astrojs/compiler-binding-linux-arm64-gnu` 0.5.1, because the registry available on 2026-11-24
did not offer that package.
"""

from platform_cli.engines import _node
from platform_cli.engines._conventions import Conventions
from platform_cli.engines._engine import Engine
from platform_cli.engines._traits import Traits
from platform_cli.engines._unsupported import UnsupportedFeature

ENGINE = Engine(
    name="astro",
    label="Astro",
    version="7.3.5",
    runtimes=_node.RUNTIMES,
    install=_node.INSTALL,
    build=("ASTRO_TELEMETRY_DISABLED=1 node node_modules/astro/bin/astro.mjs build --silent",),
    output="dist",
    dev='node_modules/.bin/astro dev --host "$HOST" --port "$PORT"',
    packages=_node.PACKAGES,
    caches=_node.CACHES,
    variables=_node.VARIABLES,
    scratch=(".astro",),
    shares=_node.SHARES,
    service=("modern-performance", "a fast site of components, without a CMS"),
    conventions=Conventions(
        configs=("astro.config.mjs", "astro.config.ts", "astro.config.js", "astro.config.mts"),
        package="astro",
        versions=(4, 5, 6, 7),
        program="astro",
        build="node_modules/.bin/astro build",
        output="dist",
        output_setting=r"\boutDir\s*:\s*['\"](?:\./)?([\w./-]+)['\"]",
        output_option=r"--outDir",
        scratch=(".astro",),
        url_option='--site "$SITE_URL"',
    ),
    unsupported=(
        UnsupportedFeature(
            "pages that a server renders",
            "set output: static in the config file, and remove prerender = false",
            text=r"\boutput\s*:\s*[\"'](server|hybrid)[\"']|\bexport\s+const\s+prerender\s*=\s*false",
        ),
        UnsupportedFeature(
            "parts of a page that a server renders later (server:defer)",
            "render them in the build, or in the browser",
            text=r"\sserver:defer\b",
        ),
        UnsupportedFeature(
            "actions, which a server runs",
            "send forms to a form service",
            path=r"src/actions(/index)?\.[jt]s",
        ),
        UnsupportedFeature(
            "an endpoint that answers POST requests",
            "move it to a server of its own",
            text=r"\bexport\s+(const|async\s+function|function)\s+(?-i:POST|PUT|DELETE|PATCH)\b",
        ),
    ),
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
