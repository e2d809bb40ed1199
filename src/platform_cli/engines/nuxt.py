"""Nuxt renders Vue components to pages without scripts. Telemetry is disabled."""

from platform_cli.engines import _node
from platform_cli.engines._conventions import Conventions
from platform_cli.engines._engine import Engine
from platform_cli.engines._traits import Traits
from platform_cli.engines._unsupported import UnsupportedFeature

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
    dev='node_modules/.bin/nuxt dev --host "$HOST" --port "$PORT"',
    packages=_node.PACKAGES,
    caches=_node.CACHES,
    variables=_node.VARIABLES,
    scratch=(".nuxt", ".output"),
    shares=_node.SHARES,
    service=("nuxt-template", "pages only, built with Nuxt"),
    conventions=Conventions(
        configs=("nuxt.config.ts", "nuxt.config.js", "nuxt.config.mjs"),
        package="nuxt",
        versions=(3, 4),
        # `nuxt build` makes a server.
        scripts=("generate",),
        program="nuxt",
        build="node_modules/.bin/nuxt generate",
        # `dist` is a symbolic link to it.
        output=".output/public",
        scratch=(".nuxt", "dist"),
        url_variables=(
            ("NUXT_SITE_URL", "$SITE_URL"),
            ("NUXT_PUBLIC_SITE_URL", "$SITE_URL"),
        ),
    ),
    unsupported=(
        UnsupportedFeature(
            "a route that a server answers",
            "move it to a server of its own, such as AWS Lambda",
            path=r"server/(api|routes|middleware)/.+\.[cm]?[jt]s",
        ),
        UnsupportedFeature(
            "pages that are built again on request",
            "remove isr and swr: a change of content starts a build",
            text=r"\b(isr|swr)\s*:\s*(true\b|[1-9])",
        ),
        UnsupportedFeature(
            "images that a server resizes (@nuxt/image)",
            "set image: {provider: 'ipxStatic'} or 'none' in the config file",
            text=r"[\"']@nuxt/image[\"']",
            unless=r"\bprovider\s*:\s*[\"'](ipxStatic|none)|\bpreset\s*:\s*[\"']static",
        ),
    ),
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
