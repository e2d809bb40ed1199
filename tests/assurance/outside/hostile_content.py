"""Hostile content through the real normalizer and the real site generators.

    python -m tests.assurance.outside.hostile_content hugo [FOLDER]

Every text and every URL has a payload. A parser then searches the pages for anything that a browser
would run, and for text that a template engine has evaluated. Prints the findings; the exit code is
1 if there are any. The tests run it with Hugo.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from tests import outside

SCRIPT = "https://cdn.example/a.js"
"""The one script that the pages may load."""
PAYLOADS = (
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    "</title><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "{{ 7*7 }}{% raw %}{{< figure src=x >}}{{% x %}}",
    "<%= 7*7 %>${7*7}#{7*7}",
    "---\nlayout: x\npermalink: /index.html\n---",
    "]]><script>alert(1)</script><![CDATA[",
    "<!--<script>",
    "\u2028\u2029\u202e",
    "=cmd|' /C calc'!A0",
    "`${process.exit(1)}`",
    "{children: dangerouslySetInnerHTML}",
    "v-html",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
)
ALL = " ".join(PAYLOADS)
BODY = f"""\
<p onclick=alert(1) style="background:url(javascript:alert(1))">x
<a href="javascript:alert(1)">j</a><a href=" java\tscript:alert(1)">j2</a>
<a href="data:text/html,<script>alert(1)</script>">d</a><a href="vbscript:x">v</a>
<a href="//evil.example">pr</a><img src="data:image/svg+xml,<svg onload=alert(1)>"
srcset="x 1x, javascript:alert(1) 2x" onerror=alert(1)>
<svg><script>alert(1)</script><use href="data:..."></svg><math><mtext><table><mglyph><style>
<img src=x onerror=alert(1)></style></mglyph></table></mtext></math>
<meta http-equiv=refresh content="0;url=javascript:alert(1)"><base href="https://evil.example/">
<iframe srcdoc="<script>alert(1)</script>"></iframe><form action="https://evil.example"><input>
<button formaction="javascript:alert(1)">b</button></form><link rel=stylesheet href=//evil.example>
<object data=x></object><embed src=x><noscript><p title="</noscript><img src=x onerror=alert(1)>">
</noscript><template><script>alert(1)</script></template><details open ontoggle=alert(1)>
<summary>s</summary></details><p id="content" name="content" class="skip">clobber</p>
<a target=_blank href="https://evil.example">t</a><!-- c -->
<![CDATA[<script>alert(1)</script>]]></p> {ALL}"""
ADDRESSES = (
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    'https://x.example/"onerror=alert(1) x="',
    "https://x.example/'><script>alert(1)</script>",
    "https://x.example/a b<svg onload=alert(1)>",
    "http://169.254.169.254/",
    "file:///etc/passwd",
)
RESERVED_SLUGS = (
    *("index", "404", "page-404x", "assets", "articles", "home", "feed.xml", "sitemap-xml"),
    *("robots-txt", "500", "_next", "_nuxt", "api", "releases", "errors"),
)
ACTIVE_TAGS = {
    *("iframe", "object", "embed", "base", "math", "foreignobject", "template", "noscript"),
}
ADDRESS_ATTRIBUTES = {"href", "src", "action", "srcset", "xlink:href", "content"}


def item(kind: str, number: int, **members: Any) -> dict[str, Any]:
    """Return an item in the form of the generic provider, with a payload in every member."""
    address = ADDRESSES[number % len(ADDRESSES)]
    payload = PAYLOADS[number % len(PAYLOADS)]
    moment = "2026-11-20T10:00:00Z"
    return {
        "id": f"../../{kind}{number}{payload}",
        "content_type": kind,
        "title": f"{payload} T{kind}{number}",
        "slug": f"../../{kind}-{number}/../index",
        "updated_at": moment,
        "published_at": moment,
        "description": ALL,
        "body": BODY,
        "tags": list(PAYLOADS),
        "featured_image": {"url": address, "alt_text": ALL, "width": 10, "height": 10},
        "images": [{"url": each, "alt_text": ALL} for each in ADDRESSES],
        "seo": {
            "meta_title": ALL,
            "meta_description": ALL,
            "canonical_url": address,
            "og_title": ALL,
            "og_description": ALL,
            "og_image": {"url": address},
        },
        **members,
    }


def items() -> Iterator[dict[str, Any]]:
    """Yield hostile items of every kind, and pages at every special URL."""
    for number in range(len(ADDRESSES)):
        yield item("article", number)
        payload = PAYLOADS[number % len(PAYLOADS)]
        variant = {"id": payload, "title": ALL, "price": 5, "sku": ALL, "options": {ALL: ALL}}
        yield item("product", number, price="19.99", currency="USD", variants=[variant])
        yield item("collection", number, members=["../../product1" + PAYLOADS[1]])
    for number in range(4):
        yield item("page", number)
    for slug in RESERVED_SLUGS:
        yield item("page", 1, slug=slug, id=f"p-{slug}")


def buy(product: str, is_variant: bool) -> dict[str, Any]:
    """Return a hostile way to buy a product."""
    if is_variant and "1" in product:
        return {"kind": "form", "href": "javascript:alert(1)", "fields": {"name": ALL, "x": ALL}}
    attributes = {"data-item-name": ALL, "data-item-url": "javascript:alert(1)"}
    return {"kind": "button", "css_class": "c", "attributes": attributes}


def hostile_feed() -> dict[str, Any]:
    """Return the feed of a site with only hostile content."""
    name = "Acme " + ALL.replace("\n", " ")
    return outside.site_feed(items(), name, buy, scripts=(SCRIPT,))


@dataclass
class Reader(HTMLParser):
    """Collects everything on a page that a browser would run."""

    findings: list[str] = field(default_factory=list)
    script: list[str] | None = None

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if _is_active(name, value or ""):
                self.findings.append(f"<{tag} {name}={value!r}>")
        if tag in ACTIVE_TAGS:
            self.findings.append(f"<{tag}>")
        if tag == "script":
            self.script = []
            facts = dict(attrs)
            is_data = facts.get("type") == "application/ld+json"
            if not is_data and facts.get("src") != SCRIPT:
                self.findings.append(f"<script {attrs}>")

    def handle_data(self, data: str) -> None:
        if self.script is not None:
            self.script.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self.script is not None:
            text = "".join(self.script)
            try:
                json.loads(text or "null")
            except ValueError:
                self.findings.append(f"structured data that is no JSON: {text[:120]!r}")
            self.script = None


def _is_active(name: str, value: str) -> bool:
    """Check whether an attribute runs code or misleads a visitor."""
    plain = value.strip().lower().replace("\t", "").replace("\n", "")
    if name.startswith("on") or name in {"srcdoc", "formaction", "style"}:
        return True
    if name == "http-equiv":
        return plain != "content-security-policy"
    leads_away = plain.startswith(("javascript:", "vbscript:", "data:text"))
    return name in ADDRESS_ATTRIBUTES and (leads_away or "url=javascript" in plain)


def findings_on(text: str) -> list[str]:
    """Return all active or evaluated content on an HTML page."""
    reader = Reader()
    reader.feed(text)
    # The payloads multiply seven by seven in five template languages.
    evaluated = [result for result in (">49<", " 49{", "4949") if result in text]
    return reader.findings + [f"evaluated: {result}" for result in evaluated]


def findings(site: Path) -> list[str]:
    """Return all active or evaluated content in a built site."""
    problems = []
    for file in sorted(site.rglob("*.html")):
        name = file.relative_to(site)
        problems += [f"{name}: {problem}" for problem in findings_on(file.read_text("utf-8"))]
    for file in sorted(site.rglob("*.xml")):
        try:
            ElementTree.fromstring(file.read_bytes())
        except ElementTree.ParseError as error:
            problems.append(f"{file.relative_to(site)}: {error}")
    return problems


def main() -> int:
    engine = sys.argv[1]
    if reason := outside.missing_engine(engine):
        sys.stdout.write(f"{reason}\n")
        return 2
    folder = Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp())
    site = outside.build_site(engine, hostile_feed(), folder / "source", folder / "cache")
    problems = findings(site)
    pages = sum(1 for _ in site.rglob("*.html"))
    head = f"{engine}: {pages} pages in {site}, {len(problems)} findings"
    sys.stdout.write("\n".join((head, *problems[:20], "")))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
