"""Keys and types of the `--json` output, without values."""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.contract.public import ROOT, call

OFFLINE = (
    "version",
    "init {root}/another",
    "new-client fresh --cms sanity --commerce shopify --no-input",
    "adopt {root}/workspace/clients/acme-site acme-site",
    "validate --all",
    "validate acme",
    "list",
    "show acme",
    "schema --write",
    "completion bash",
    "catalog",
    "catalog providers",
    "catalog engines",
    "catalog combos --cms sanity --commerce snipcart",
    "recommend --no-input",
    "cost acme",
    "cost --all",
    "cost acme --clients 20 --compare engine=hugo --over orders",
    "local status",
    "show nobody",
    "validate --wrong",
)
"""Calls without a deployed client; the last two fail."""


DEPLOYED = (
    "send acme sanity article.published --wait",
    "send acme sanity article.published --bad-signature",
    "status acme",
    "plan acme --local",
    "deploy acme --local",
    "build acme --yes",
    "events acme",
    "events acme {event}",
    "content acme",
    "builds acme",
    "builds acme --log {build}",
    "releases list acme",
    "rollback acme --yes",
    "releases resume acme",
    "replay acme --id {event} --yes",
    "replay acme --id {event} --dry-run",
    "deadletters list acme",
    "deadletters redrive acme --yes",
    "deadletters purge acme --yes",
    "secrets list acme",
    "secrets rotate acme shopify webhook_secret --yes",
    "secrets revoke acme shopify webhook_secret --yes",
    "webhooks list acme",
    "webhooks register acme",
    "webhooks verify acme",
    "logs acme",
    "sync acme",
    "local status",
)
"""Calls that need a client deployed on this machine."""
FREE = {"fields", "findings", "config"}
"""Keys whose value has keys that others define, such as a line of a log."""


def write_site(folder: Path) -> None:
    """Write a site with something for each key of the report on it."""
    folder.mkdir()
    files = {
        "index.html": '<form netlify></form><script src="https://cdn.foxycart.com/acme/loader.js">',
        "_redirects": "/a /b",
        "_headers": "/*\n  X-Frame-Options: DENY",
        "app.js": "process.env.API_URL",
        ".env": "API_TOKEN=hunter2-hunter2",
    }
    for name, text in files.items():
        (folder / name).write_text(text)


def offline() -> dict[str, Any]:
    """Call -> exit code and shape, in a workspace with this project's own clients."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "workspace"
        shutil.copytree(ROOT / "clients", root / "clients")
        write_site(root / "clients" / "acme-site")
        for words in OFFLINE:
            arguments = words.format(root=folder).split()
            code, text = call(*arguments, "--json", "--workspace", str(root))
            found[words] = {"exit": code, "json": shape(json.loads(text))}
    return found


def deployed(run: Callable[..., Any]) -> dict[str, list[str]]:
    """Return for each call the paths of all keys. `run` returns the output of one call."""
    found: dict[str, list[str]] = {}
    known: dict[str, str] = {}
    for words in DEPLOYED:
        output = run(*words.format(**known).split())
        data = output["data"]
        if words == "events acme":
            known["event"] = next(each["id"] for each in data["events"])
        if words == "builds acme":
            known["build"] = data["builds"][0]["id"]
        found[words] = sorted(set(paths(output)))
    return found


def paths(value: Any, at: str = "") -> Iterator[str]:
    """Yield paths such as `data.events[].id`. An empty list yields only its own path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield f"{at}.{key}".lstrip(".")
            if key not in FREE:
                yield from paths(inner, f"{at}.{key}")
    if isinstance(value, list):
        for inner in value:
            yield from paths(inner, f"{at}[]")


def shape(value: Any) -> Any:
    """Return keys and types of JSON, without values. Items of a list are merged."""
    match value:
        case dict():
            return {key: shape(inner) for key, inner in sorted(value.items())}
        case list():
            return [merged([shape(inner) for inner in value])] if value else []
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case None:
            return "null"
        case _:
            return "text"


def merged(shapes: list[Any]) -> Any:
    """Merge the shapes into one."""
    objects = [each for each in shapes if isinstance(each, dict)]
    lists = [each for each in shapes if isinstance(each, list)]
    kinds: list[Any] = sorted({each for each in shapes if isinstance(each, str)})
    if objects:
        keys = sorted({key for each in objects for key in each})
        kinds.append({key: merged([one[key] for one in objects if key in one]) for key in keys})
    if lists:
        inner = [item for each in lists for item in each]
        kinds.append([merged(inner)] if inner else [])
    return kinds[0] if len(kinds) == 1 else kinds
