"""Runs inside the build of a site that is not one of our starters.

    python3 site_tools.py complete page|spa FOLDER

Like `publisher.py`, a copy of this file is in every site's source archive, so it uses the standard
library only.
"""

import json
import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from html import escape, unescape
from pathlib import Path
from typing import Any

CONTENT = "content.json"
ABOVE = Path(__file__).resolve().parent.parent
"""Folder of the tools' folder."""
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


FORM_MARKS = ("netlify", "data-netlify")
OF_FORMER_HOST = re.compile(r"(data-)?netlify(-.+)?|action|method")
"""Attributes that are written anew."""
FORM = re.compile(r"<form\b((?>[^<>\"']+|\"[^<\"]*\"|'[^<']*')*+)>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"([^\s\"'<>/=]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'=<>`]+)))?")


class ToolError(Exception):
    """The tool cannot be used like this. The text is a line of the build's log."""


def read_site() -> "Mapping[str, Any]":
    """Read the facts of the site. A site that renders its own repository has them above it."""
    file = ABOVE / CONTENT
    content = (file if file.is_file() else Path(CONTENT)).read_bytes()
    site: Mapping[str, Any] = json.loads(content)["site"]
    return site


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
            language = read_site()["language"]
            page.write_text(OUR_PAGE.format(language=language), encoding="utf-8")
            return f"the site has no {NOT_FOUND_PAGE}: added one of ours"
        case "spa" if (folder / HOME_PAGE).is_file():
            shutil.copyfile(folder / HOME_PAGE, page)
            return f"unknown paths show {HOME_PAGE}"
        case "page" | "spa":
            return None
    raise ToolError(f"{choice!r} is neither page nor spa")


def connect_forms(folder: Path) -> Iterator[str]:
    """Send the forms that Netlify received to ours of the same name. Yields lines for the log.

    The address of a form is written into the finished page, as Netlify does it.
    """
    listed = read_site().get("forms", ())
    forms = {form["name"]: form["action"] for form in listed}
    marked: set[str] = set()
    for place, _, names in os.walk(folder):
        for page in (Path(place, name) for name in names if name.endswith((".html", ".htm"))):
            content = b"" if page.is_symlink() else page.read_bytes()
            if b"netlify" in content.lower():
                # Other encodings survive: only the tags of forms are written anew.
                text = content.decode("utf-8", "surrogateescape")
                written = FORM.sub(lambda tag: _connect_form(tag, forms, marked), text)
                page.write_bytes(written.encode("utf-8", "surrogateescape"))
    if received := sorted(marked & forms.keys()):
        yield f"forms of the site: {', '.join(received)}"
    if unknown := sorted(marked - forms.keys()):
        yield f"nobody receives these forms, add them to site.forms: {', '.join(unknown)}"


def _connect_form(tag: "re.Match[str]", forms: Mapping[str, str], marked: "set[str]") -> str:
    attributes: dict[str, str] = {}
    for name, *values in ATTRIBUTE.findall(tag[1]):
        attributes.setdefault(name.lower(), unescape("".join(values)))
    if all(attributes.get(name, "false").lower() == "false" for name in FORM_MARKS):
        return tag[0]
    name = form_key(attributes.get("name", ""))
    marked.add(name or "(without a name)")
    if name not in forms:
        return tag[0]
    kept = {key: text for key, text in attributes.items() if not OF_FORMER_HOST.fullmatch(key)}
    written = {**kept, "method": "post", "action": forms[name]}
    texts = (f' {key}="{escape(text)}"' for key, text in written.items())
    return f"<form{''.join(texts)}>"


def form_key(name: str) -> str:
    """Return the name of a form in the client's file: `hosting.netlify_forms.form_key`."""
    return re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-_")[:40]


def main(arguments: Sequence[str]) -> int:
    try:
        match list(arguments):
            case ["complete", choice, folder]:
                addresses = add_folder_addresses(Path(folder))
                lines = (
                    addresses,
                    add_not_found_page(choice, Path(folder)),
                    *connect_forms(Path(folder)),
                )
            case _:
                raise ToolError("use: site_tools.py complete page|spa FOLDER")
    except ToolError as error:
        sys.stderr.write(f"refused: {error}\n")
        return 1
    sys.stdout.writelines(f"{line}\n" for line in lines if line)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
