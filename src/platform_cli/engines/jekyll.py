"""Jekyll: for developers who keep their own theme in Ruby; good up to about a thousand pages.

Bundler takes the gems that are on the machine where they satisfy the Gemfile, and else installs
them into `vendor/bundle`. The first was tested (Debian's Jekyll 4.3.1); the second was not: no gem
server was in reach. So there is no Gemfile.lock either, and the Gemfile names Jekyll alone.
"""

from platform_cli.engines._engine import Engine, Traits

ENGINE = Engine(
    name="jekyll",
    label="Jekyll",
    version="4.3",
    runtimes={"ruby": "3.3", "python": "3.13"},
    install=(
        "bundle check >/dev/null 2>&1"
        " || (bundle config set --local path vendor/bundle && bundle install --quiet)",
    ),
    build=("LC_ALL=C.UTF-8 bundle exec jekyll build --quiet --strict_front_matter",),
    output="_site",
    caches=(".bundle", "vendor/bundle"),
    scratch=(".jekyll-cache",),
    traits=Traits(
        install_seconds=60.0,
        build_seconds_10_pages=0.6,
        build_seconds_1000_pages=10.6,
        peak_megabytes=53,
        skill="advanced",
        performance="very good",
    ),
)
