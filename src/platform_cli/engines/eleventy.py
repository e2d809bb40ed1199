"""Eleventy: plain templates on Node.js, no native code, no JavaScript in the pages.

`npm ci` empties `node_modules` first and takes seconds, so a copy of the lock file inside the
folder tells which lock it was made from. The command is called by its file: `npx` costs time and
needs the links in `.bin`, which a build cache may not keep.
"""

from platform_cli.engines._engine import Engine, Traits

ENGINE = Engine(
    name="eleventy",
    label="Eleventy",
    version="3.1.7",
    runtimes={"nodejs": "22", "python": "3.13"},
    install=(
        "cmp -s package-lock.json node_modules/.installed-lock"
        " || (npm ci --no-audit --no-fund && cp package-lock.json node_modules/.installed-lock)",
    ),
    build=("node node_modules/@11ty/eleventy/cmd.cjs --quiet",),
    output="_site",
    caches=("node_modules",),
    shares=("design", "lib"),
    traits=Traits(
        install_seconds=3.3,
        build_seconds_10_pages=1.0,
        build_seconds_1000_pages=1.7,
        peak_megabytes=141,
        skill="intermediate",
        performance="very good",
    ),
)
