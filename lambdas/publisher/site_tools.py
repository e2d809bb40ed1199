"""Runs inside the build of a site that is not one of our starters.

    python3 site_tools.py complete page|spa FOLDER

Like `publisher.py`, a copy of this file is in every site's source archive, so it uses the standard
library only.
"""

import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

CONTENT = Path("content.json")
HOME_PAGE, NOT_FOUND_PAGE = "index.html", "404.html"
OUR_PAGE = """<!doctype html>
<html lang="{language}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
<title>404</title>
<style>body{{font:1.1rem/1.5 system-ui,sans-serif;margin:20vh auto;max-width:30rem;padding:1rem}}
h1{{font-size:4rem;margin:0}}</style>
<h1>404</h1>
<p>This page does not exist.</p>
<p><a href="/">Home</a></p>
</html>
"""


class ToolError(Exception):
    """The tool cannot be used like this. The text is a line of the build's log."""


def add_folder_addresses(folder: Path) -> str | None:
    """Copy `about.html` to `about/index.html`, and return a line for the log if there was one.

    Some generators write the first one for the address `/about`, which visitors are redirected from
    to `/about/`.
    """
    copied = 0
    for place, _, names in os.walk(folder):
        for page in (Path(place, name) for name in names if name.endswith(".html")):
            target = page.with_suffix("") / HOME_PAGE
            is_plain = page.name not in {HOME_PAGE, NOT_FOUND_PAGE} and not page.is_symlink()
            if is_plain and not target.exists() and not target.parent.is_file():
                target.parent.mkdir(exist_ok=True)
                shutil.copyfile(page, target)
                copied += 1
    return f"{copied} pages are also at an address with a slash at its end" if copied else None


def add_not_found_page(choice: str, folder: Path) -> str | None:
    """Add the answer to unknown paths, and return a line for the log if anything changed.

    `page` adds a page of ours if the site has none. `spa` makes the home page answer every unknown
    path, so it replaces a page that the site has.
    """
    page = folder / NOT_FOUND_PAGE
    # The publisher reports a missing folder or home page, and symbolic links.
    if not folder.is_dir() or page.is_symlink():
        return None
    match choice:
        case "page" if not page.exists():
            language = json.loads(CONTENT.read_bytes())["site"]["language"]
            page.write_text(OUR_PAGE.format(language=language), encoding="utf-8")
            return f"the site has no {NOT_FOUND_PAGE}: added one of ours"
        case "spa" if (folder / HOME_PAGE).is_file():
            shutil.copyfile(folder / HOME_PAGE, page)
            return f"unknown paths show {HOME_PAGE}"
        case "page" | "spa":
            return None
    raise ToolError(f"{choice!r} is neither page nor spa")


def main(arguments: Sequence[str]) -> int:
    try:
        match list(arguments):
            case ["complete", choice, folder]:
                addresses = add_folder_addresses(Path(folder))
                lines = (addresses, add_not_found_page(choice, Path(folder)))
            case _:
                raise ToolError("use: site_tools.py complete page|spa FOLDER")
    except ToolError as error:
        sys.stderr.write(f"refused: {error}\n")
        return 1
    sys.stdout.writelines(f"{line}\n" for line in lines if line)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
