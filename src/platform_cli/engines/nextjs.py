"""Next.js: React components, exported as pages that load no JavaScript.

`npm ci` refuses the starter's lock: npm leaves out of a lock what the registry did not hold when it
was made, here the compilers for macOS and Windows (2026-11-24). `npm install` takes every package
that the lock names, the compilers for Linux on x64 and arm64 among them, by its hash. The build asks
no registry for the rest, reports nothing to Next's makers, and compiles with webpack: the other
bundler refuses packages that lie behind a link.
"""

from platform_cli.engines._engine import Engine, Traits

ENGINE = Engine(
    name="nextjs",
    label="Next.js",
    version="16.4.6",
    runtimes={"nodejs": "22", "python": "3.13"},
    install=(
        "cmp -s package-lock.json node_modules/.installed-lock || (npm install --no-save"
        " --no-audit --no-fund && cp package-lock.json node_modules/.installed-lock)",
    ),
    build=(
        "NEXT_TELEMETRY_DISABLED=1 NEXT_IGNORE_INCORRECT_LOCKFILE=1"
        " node node_modules/next/dist/bin/next build --webpack",
        "node finish.js",
    ),
    output="out",
    caches=("node_modules",),
    shares=("design", "lib"),
    traits=Traits(
        install_seconds=19.2,
        build_seconds_10_pages=12.3,
        build_seconds_1000_pages=32.3,
        peak_megabytes=900,
        skill="advanced",
        performance="excellent",
    ),
)
