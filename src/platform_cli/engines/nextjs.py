"""Next.js exports React components as pages without JavaScript.

A build does not query the registry for packages missing from the lock file and sends no telemetry.
It uses webpack, because Turbopack rejects packages behind a symbolic link.
"""

from platform_cli.engines import _node
from platform_cli.engines._conventions import Conventions
from platform_cli.engines._engine import Engine
from platform_cli.engines._traits import Traits
from platform_cli.engines._unsupported import UnsupportedFeature

ENGINE = Engine(
    name="nextjs",
    label="Next.js",
    version="16.4.6",
    runtimes=_node.RUNTIMES,
    install=_node.INSTALL,
    build=(
        "NEXT_TELEMETRY_DISABLED=1 NEXT_IGNORE_INCORRECT_LOCKFILE=1"
        " node node_modules/next/dist/bin/next build --webpack",
        "node finish.js",
    ),
    output="out",
    dev='node_modules/.bin/next dev --hostname "$HOST" --port "$PORT"',
    packages=_node.PACKAGES,
    caches=_node.CACHES,
    variables=_node.VARIABLES,
    scratch=(".next",),
    shares=_node.SHARES,
    service=("nextjs-template", "pages only, built with Next.js"),
    options_since={"--webpack": 16},
    conventions=Conventions(
        configs=("next.config.js", "next.config.mjs", "next.config.ts"),
        package="next",
        versions=(14, 15, 16),
        program="next",
        build="node_modules/.bin/next build",
        output="out",
        output_setting=r"\bdistDir\s*:\s*['\"](?:\./)?([\w./-]+)['\"]",
        scratch=(".next",),
        url_variables=(("NEXT_PUBLIC_SITE_URL", "$SITE_URL"),),
    ),
    unsupported=(
        UnsupportedFeature(
            "a build that makes a server",
            "set output: 'export' in the config file",
            path=r"next\.config\.[cm]?[jt]s",
            unless=r"\boutput[\"']?\s*[:=][^\n]{0,200}[\"']export[\"']",
        ),
        UnsupportedFeature(
            "images that a server resizes (next/image)",
            "set images: {unoptimized: true} in the config file, or a loader of your own",
            text=r"[\"']next/(legacy/)?image[\"']",
            unless=r"\bunoptimized\s*:\s*true\b|\bloaderFile\s*:|\bloader\s*:\s*[\"']custom",
        ),
        UnsupportedFeature(
            "pages that a server renders",
            "use getStaticProps, or load the data in the browser",
            text=r"\bgetServerSideProps\b|\bdynamic\s*=\s*[\"']force-dynamic|[\"']next/headers[\"']",
        ),
        UnsupportedFeature(
            "pages that are built again on request (ISR)",
            "remove revalidate and fallback: a change of content starts a build",
            text=r"\bexport\s+const\s+revalidate\s*=\s*[1-9]|\brevalidate\s*:\s*[1-9]"
            r"|\bfallback\s*:\s*([\"']blocking|true\b)",
        ),
        UnsupportedFeature(
            "server actions",
            "send forms to a form service",
            text=r"^\s*[\"']use server[\"']|\n[ \t]{0,40}[\"']use server[\"']",
        ),
        UnsupportedFeature(
            "middleware, which runs before each answer",
            "write redirects and headers as rules; decide everything else in the page",
            path=r"(src/)?(middleware|proxy)\.[jt]s",
        ),
        UnsupportedFeature(
            "a route that a server answers",
            "move it to a server of its own, such as AWS Lambda",
            text=r"\bexport\s+(const|async\s+function|function)\s+(?-i:POST|PUT|PATCH|DELETE)\b",
            path=r"(src/)?pages/api/.+\.[jt]sx?",
        ),
        UnsupportedFeature(
            "a route that the build does not write as a file",
            "add export const dynamic = 'force-static', or move it to a server of its own",
            text=r"\A(?![\s\S]*([\"']force-static[\"']|\brevalidate\s*=\s*false\b))[\s\S]*?"
            r"\bexport\s+(const|async\s+function|function)\s+(\{[^}\n]{0,80})?\b(?-i:GET)\b",
        ),
        UnsupportedFeature(
            "redirects, rewrites or headers in the config file",
            "move them to a file _redirects or _headers",
            text=r"\basync\s+(redirects|rewrites|headers)\s*\(",
        ),
    ),
    traits=Traits(
        install_seconds=19.3,
        build_seconds_10_pages=11.8,
        build_seconds_1000_pages=13.4,
        peak_megabytes=402,
        skill="advanced",
        performance="excellent",
        asks=("react", "javascript"),
        as_of="2026-11-24",
    ),
)
