"""Measure a deploy after an edit of the site alone: `python -m benchmarks.redeploy [--samples N]`.

A client with Eleventy, a CMS and a shop is deployed to an embedded cloud in a temporary folder.
Then a template of its site is edited and deployed again, and for comparison its file as well, so
that the deploy synthesizes. Prints medians in seconds.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.site import CLIENT, Site, deploy_site

LAYOUT = f"clients/{CLIENT}/src/_includes/base.njk"
CLIENT_FILE = f"clients/{CLIENT}.yaml"


def measure_deploy(site: Site, *files: Path) -> tuple[float, float]:
    """Append a line to the files and deploy. Returns the seconds in all, and those of the build."""
    for file in files:
        comment = "# {}\n" if file.suffix == ".yaml" else "<!-- {} -->\n"
        file.write_text(file.read_text() + comment.format(time.time()))
    start = time.monotonic()
    result = site.run_command("deploy", CLIENT, "--local", "--yes")
    seconds = time.monotonic() - start
    build = site.run_command("builds", CLIENT, "--limit", "1")["builds"][0]
    assert build["id"] == result["build_id"], "the deploy has built nothing"
    return seconds, build["snapshot_seconds"] + build["queue_seconds"] + build["build_seconds"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=10)
    samples = parser.parse_args().samples
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder)
        site = deploy_site(workspace)
        layout, client_file = workspace / LAYOUT, workspace / CLIENT_FILE
        print("| edited | deploy p50 | its build | beside the build | slowest |")
        print("|---|---|---|---|---|")
        try:
            for name, files in (("site", (layout,)), ("site and file", (layout, client_file))):
                runs = [measure_deploy(site, *files) for _ in range(samples)]
                total, build = (statistics.median(column) for column in zip(*runs, strict=True))
                beside = [seconds - built for seconds, built in runs]
                print(
                    f"| {name} | {total:.1f} | {build:.1f} | {statistics.median(beside):.1f} "
                    f"| {max(beside):.1f} |",
                    flush=True,
                )
        finally:
            site.run_command("local", "reset", "--yes")


if __name__ == "__main__":
    main()
