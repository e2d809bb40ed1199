"""Build a site of odd slugs, titles and dates with one engine and compare the pages.

    python -m tests.assurance.outside.build_feed ENGINE FEED.json FOLDER

FEED.json is a feed as a build reads it (`content.json`). Prints the missing pages and those whose
heading differs from the title in the feed; the exit code is 1 if there are any.
"""

import html
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests import outside

SECTIONS = ("articles", "products", "collections")


def heading_of(page: Path) -> str | None:
    """Return the text of a page's first heading; None without a page or a heading."""
    if not page.is_file():
        return None
    match = re.search(r"<h1[^>]*>(.*?)</h1>", page.read_text("utf-8"), re.DOTALL)
    if match is None:
        return None
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", match[1])).split())


def differences(feed: Mapping[str, Any], site: Path) -> list[str]:
    """Compare a built site with its feed."""
    problems = [
        f"{address} is missing"
        for address in sorted(outside.site_pages(feed))
        if not (site / address.strip("/") / "index.html").is_file()
    ]
    titles = [
        (f"/{kind}/{each['slug']}/", each["title"]) for kind in SECTIONS for each in feed[kind]
    ]
    titles += [
        (outside.page_address(each), each["title"])
        for each in feed["pages"]
        if each["slug"] != "home"
    ]
    for address, title in titles:
        heading = heading_of(site / address.strip("/") / "index.html")
        if heading != " ".join(title.split()):
            problems.append(f"{address} has the heading {heading!r}, expected {title!r}")
    return problems


def main() -> int:
    engine, feed_file, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    if reason := outside.missing_engine(engine):
        sys.stdout.write(f"{reason}\n")
        return 2
    feed = json.loads(feed_file.read_text("utf-8"))
    try:
        site = outside.build_site(engine, feed, folder / f"site-{engine}", folder / "cache")
    except outside.SiteBuildFailed as error:
        sys.stdout.write(f"the build failed: {str(error)[-3000:]}\n")
        return 1
    problems = differences(feed, site)
    sys.stdout.write("\n".join((f"{engine}: {len(problems)} differences", *problems, "")))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
