"""Jekyll, for developers who maintain their own theme in Ruby.

Bundler uses installed gems if they satisfy the Gemfile, and otherwise installs them into
`vendor/bundle`. Builds with installed gems are tested and measured (Debian's Jekyll 4.3.1).
Installation by Bundler is untested: no gem server was available, so there is no Gemfile.lock and
the Gemfile pins only Jekyll. Without a lock nothing could check cached gems, so none are cached.
"""

from platform_cli.engines._conventions import Conventions
from platform_cli.engines._engine import Engine
from platform_cli.engines._traits import Traits

ENGINE = Engine(
    name="jekyll",
    label="Jekyll",
    version="4.3",
    runtimes={"ruby": "3.3", "python": "3.13"},
    programs={
        "bundle": "apt-get install jekyll (Debian, Ubuntu), "
        "or see https://jekyllrb.com/docs/installation/"
    },
    install=(
        "bundle check >/dev/null 2>&1"
        " || (bundle config set --local path vendor/bundle && bundle install --quiet)",
    ),
    build=("LC_ALL=C.UTF-8 bundle exec jekyll build --quiet --strict_front_matter",),
    output="_site",
    dev=(
        'LC_ALL=C.UTF-8 bundle exec jekyll serve --host "$HOST" --port "$PORT" --livereload'
        # Its own default is one fixed port, so a second server would fail.
        ' --livereload-port "$((PORT > 40000 ? PORT - 20000 : PORT + 20000))"'
    ),
    # Jekyll does not watch its config file, and publishes no file with an underscore.
    dev_signal="_content-changed",
    static=".",
    packages=(".bundle", "vendor/bundle"),
    scratch=(".jekyll-cache",),
    service=("developer", "a developer's site without a CMS"),
    conventions=Conventions(
        configs=("_config.yml", "_config.yaml"),
        package="jekyll",
        versions=(3, 4),
        program="jekyll",
        build="LC_ALL=C.UTF-8 bundle exec jekyll build",
        output="_site",
        output_setting=r"^destination\s*:\s*[\"']?(?:\./)?([\w./-]+)",
        output_option=r"--destination|-d",
        scratch=(".jekyll-cache",),
        url_setup=("echo \"url: '$SITE_URL'\" > .site-url.yml",),
        url_option="--config _config.yml,.site-url.yml",
    ),
    traits=Traits(
        install_seconds=0.3,
        build_seconds_10_pages=0.8,
        build_seconds_1000_pages=4.6,
        peak_megabytes=50,
        skill="advanced",
        performance="very good",
        asks=("ruby",),
        as_of="2026-11-24",
    ),
)
