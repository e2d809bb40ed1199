"""Any program that fills a folder with a site.

The client's file has the build command and the output folder. There is no starter, and nothing here
has been measured: the figures for comparison are those of a heavy engine.
"""

from platform_cli.engines import _node
from platform_cli.engines._conventions import Conventions
from platform_cli.engines._engine import Engine
from platform_cli.engines._traits import Traits

ENGINE = Engine(
    name="custom",
    label="Custom build",
    version="",
    runtimes=_node.RUNTIMES,
    build=(),
    output="",
    static=".",
    starters=(),
    shares=(),
    conventions=Conventions(scripts=()),
    traits=Traits(
        install_seconds=60,
        build_seconds_10_pages=15,
        build_seconds_1000_pages=30,
        peak_megabytes=1024,
        skill="advanced",
        performance="very good",
        as_of="",
    ),
)
