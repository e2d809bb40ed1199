"""Eleventy renders templates on Node.js, without native code or JavaScript in the pages."""

from platform_cli.engines import _node
from platform_cli.engines._conventions import Conventions
from platform_cli.engines._engine import Engine
from platform_cli.engines._traits import Traits
from platform_cli.engines._unsupported import UnsupportedFeature

ENGINE = Engine(
    name="eleventy",
    label="Eleventy",
    version="3.1.7",
    runtimes=_node.RUNTIMES,
    install=_node.INSTALL,
    build=("node node_modules/@11ty/eleventy/cmd.cjs --quiet",),
    output="_site",
    dev='node_modules/.bin/eleventy --serve --port="$PORT"',
    packages=_node.PACKAGES,
    caches=_node.CACHES,
    variables=_node.VARIABLES,
    shares=_node.SHARES,
    service=("marketing", "a marketing site without a CMS"),
    conventions=Conventions(
        configs=(
            *("eleventy.config.js", "eleventy.config.mjs", "eleventy.config.cjs"),
            *(".eleventy.js", ".eleventy.cjs"),
        ),
        package="@11ty/eleventy",
        versions=(2, 3),
        program="eleventy",
        build="node_modules/.bin/eleventy",
        output="_site",
        output_setting=(r"(?:\boutput\s*:|\bsetOutputDirectory\()\s*['\"](?:\./)?([\w./-]+)['\"]"),
        output_option=r"--output",
    ),
    unsupported=(
        UnsupportedFeature(
            "templates that a server renders",
            "render them in the build",
            text=r"\bEleventy(ServerlessBundler|Edge)Plugin\b",
        ),
    ),
    traits=Traits(
        install_seconds=3.3,
        build_seconds_10_pages=1.0,
        build_seconds_1000_pages=1.7,
        peak_megabytes=141,
        skill="intermediate",
        performance="very good",
        asks=("javascript",),
    ),
)
