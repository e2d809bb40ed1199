"""The page at the end of a login. It hands the answer to the window that opened it.

The messages are Decap's own protocol (decap-cms-lib-auth, netlify-auth.js, read 2026-12-01). Both
windows are pages of one site, so the page's own origin is the only one that gets a message.
"""

import base64
import hashlib
import json
from typing import Final

_SCRIPT: Final = """
const answer = JSON.parse(document.getElementById("answer").textContent);
addEventListener("message", (event) => {
  const isOpener = event.origin === location.origin && event.source === window.opener;
  if (isOpener && event.data === "authorizing:github") {
    window.opener.postMessage(answer, location.origin);
  }
});
window.opener?.postMessage("authorizing:github", location.origin);
"""
_HASH: Final = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
POLICY: Final = (
    f"default-src 'none'; script-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""The content security policy: the page runs its one script and loads nothing."""
_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Login</title></head>
<body><p>{text}</p>
<script type="application/json" id="answer">{answer}</script>
<script>{script}</script>
</body></html>
"""


def render_success(token: str) -> str:
    """Return the page that hands over a token."""
    answer = {"token": token, "provider": "github"}
    return _render("You are logged in. This window closes by itself.", "success", answer)


def render_problem(message: str) -> str:
    """Return the page that hands over an error. `message` is a text of ours."""
    return _render(message, "error", {"message": message})


def _render(text: str, outcome: str, answer: dict[str, str]) -> str:
    message = json.dumps(f"authorization:github:{outcome}:{json.dumps(answer)}")
    # Only `<` could end the script element.
    return _PAGE.format(text=text, answer=message.replace("<", "\\u003c"), script=_SCRIPT)
