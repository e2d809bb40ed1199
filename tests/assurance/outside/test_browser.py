"""Web pages against the embedded cloud, and hostile pages, in a real browser.

Findings S1 and S9 of the security review.
"""

import html
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests import outside
from tests.assurance.outside.hostile_content import SCRIPT
from tests.assurance.outside.web_attacks import create_stack_query, stacks

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and "PLATFORM_REQUIRE_BROWSER" not in os.environ,
        reason="chromium is not installed (Debian: apt install chromium)",
    ),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser that resolves `evil.example` to this machine."""
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(
            executable_path=CHROMIUM or "chromium",
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--host-resolver-rules=MAP evil.example 127.0.0.1",
            ],
        )


@contextmanager
def web_page(text: str) -> Iterator[int]:
    """Serve one page on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# --- pages against the embedded cloud ----------------------------------------------------------


@pytest.mark.local
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1"])
def test_an_image_on_a_page_creates_no_stack(
    browser: Browser, cloud: outside.Cloud, host: str
) -> None:
    name = f"browser-{host.replace('.', '-')}"
    name = name if name[0].isalpha() else f"s{name}"
    address = f"http://127.0.0.1:{cloud.port}{create_stack_query(name)}"
    with web_page(f'<!doctype html><img src="{html.escape(address)}">') as port:
        page = browser.new_page()
        with page.expect_request(lambda request: "CreateStack" in request.url) as request:
            page.goto(f"http://{host}:{port}/")
        answer = request.value.response()
        page.close()
    assert answer is None or answer.status == 403
    assert name not in stacks(cloud)


READ_SECRETS = """\
<!doctype html><pre id="out">nothing</pre><script>
fetch("http://127.0.0.1:PORT/", {method: "POST", body: "{}", headers: {
  "x-amz-target": "AmazonSSM.DescribeParameters", "content-type": "application/x-amz-json-1.1"}})
  .then(response => response.json()).then(found => show("read " + found.Parameters.length))
  .catch(error => show("refused: " + error));
function show(text) { document.getElementById("out").textContent = text; }
</script>"""


@pytest.mark.local
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1"])
def test_a_page_reads_no_answer_of_the_embedded_cloud(
    browser: Browser, cloud: outside.Cloud, host: str
) -> None:
    with web_page(READ_SECRETS.replace("PORT", str(cloud.port))) as port:
        page = browser.new_page()
        page.goto(f"http://{host}:{port}/")
        page.wait_for_function("document.getElementById('out').textContent !== 'nothing'")
        shown = page.inner_text("#out")
        page.close()
    assert shown.startswith("refused")


# --- hostile content, read by the browser's own parser -----------------------------------------

FIND_ACTIVE = """([text, script]) => {
  const active = /^\\s*(javascript|vbscript|data:text)/i;
  const tags = ["iframe", "object", "embed", "base", "template", "noscript", "math",
    "foreignobject", "style"];
  const found = [];
  for (const element of new DOMParser().parseFromString(text, "text/html").querySelectorAll("*")) {
    const tag = element.localName;
    if (tag === "script") {
      const data = element.type === "application/ld+json";
      if (!data && element.getAttribute("src") !== script) found.push(element.outerHTML);
      else if (element.text.trim()) {
        try { JSON.parse(element.text); } catch (error) { found.push(String(error)); }
      }
    }
    if (tags.includes(tag)) found.push(tag);
    if (tag === "meta" && element.httpEquiv
      && element.httpEquiv.toLowerCase() !== "content-security-policy")
      found.push(element.outerHTML);
    for (const {name, value} of element.attributes) {
      if (/^on/i.test(name) || ["srcdoc", "formaction", "style"].includes(name))
        found.push(tag + " " + name);
      if (["href", "src", "action", "xlink:href"].includes(name)
        && active.test(value.replace(/[\\t\\n\\r]/g, ""))) found.push(tag + " " + name);
    }
  }
  return found;
}"""
PLANTED = ('<p title="a"><script>alert(1)</script>', '<img alt=x" src=x onerror=alert(1)>')


def test_the_browsers_parser_finds_nothing_active(browser: Browser, hostile_site: Path) -> None:
    page = browser.new_page()
    for text in PLANTED:
        assert page.evaluate(FIND_ACTIVE, [text, SCRIPT])
    files = sorted(hostile_site.rglob("*.html"))
    findings_by_page = {
        file.name: active
        for file in files
        if (active := page.evaluate(FIND_ACTIVE, [file.read_text("utf-8"), SCRIPT]))
    }
    page.close()
    assert files
    assert findings_by_page == {}
