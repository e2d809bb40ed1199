"""The vendors' own vectors and recorded payloads, from the folder that PLATFORM_CONFORMANCE names.

    vectors.json                            signatures with known answers
    payloads/<provider>/<event>.json        a body for reading; `.body`: its exact bytes;
                                            `.headers.json`: headers that were seen with it

Any folder of this layout will do. Default: `../shared/conformance` beside the repository.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from platform_core import providers
from platform_core.errors import Malformed, Rejected, VendorRefused
from platform_core.provider import Change, Erasure, Removal, Signal, Upsert
from platform_core.provider_kit import parsing
from platform_core.webhooks.request import Request
from platform_core.webhooks.secrets import Secrets
from platform_core.webhooks.signatures import Scheme
from tests.fakes.schemes import SCHEMES
from tests.fakes.vendors import NOW, SECRET, World, assert_sound, request, scheme_of, signed

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / os.environ.get("PLATFORM_CONFORMANCE", "../shared/conformance")
ABSENT = f"no conformance data at {os.environ.get('PLATFORM_CONFORMANCE', '../shared/conformance')}"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=ABSENT)


def vectors() -> list[dict[str, Any]]:
    file = FOLDER / "vectors.json"
    return list(json.loads(file.read_text())["vectors"]) if file.is_file() else []


def payloads() -> list[tuple[str, Path]]:
    """Return the provider and the file of each body."""
    return [
        (name, file)
        for name in providers.provider_names()
        for file in sorted((FOLDER / "payloads" / name).glob("*"))
        if file.suffix in {".json", ".body"} and not file.name.endswith(".headers.json")
    ]


def test_the_conformance_folder_has_vectors_and_payloads() -> None:
    assert vectors() or payloads()


# --- signatures -------------------------------------------------------------------------------


@pytest.mark.parametrize("vector", vectors(), ids=lambda vector: str(vector["id"]))
def test_a_vector_has_the_expected_result(vector: dict[str, Any]) -> None:
    candidates = schemes(vector)
    if not candidates:
        pytest.skip(f"nothing here speaks the scheme {vector['scheme']}")
    for scheme in candidates:
        assert is_valid(vector, scheme) == (vector["expected"] == "valid"), vector["reason"]


def schemes(vector: Mapping[str, Any]) -> list[Scheme]:
    """Return the provider's own scheme, those of providers that sign alike, and the one of this
    name."""
    own = vector["provider"]
    values = [providers.load_webhook(own).SIGNATURE] if own in providers.provider_names() else []
    named = SCHEMES.get(vector["scheme"])
    if named is None:
        return values
    alike = (providers.load_webhook(other).SIGNATURE for other in providers.provider_names())
    return [named, *values, *(each for each in alike if named in kinds(each))]


def kinds(scheme: Scheme) -> Iterator[Scheme]:
    """Iterate over a scheme and the schemes that it is made of."""
    yield scheme
    for part in getattr(scheme, "parts", ()):
        yield from kinds(part)


def is_valid(vector: Mapping[str, Any], scheme: Scheme) -> bool:
    now = vector["now_unix_s"]
    if vector["tolerance_s"] is not None and hasattr(scheme, "tolerance"):
        scheme = replace(cast("Any", scheme), tolerance=float(vector["tolerance_s"]))
    request = Request(
        method=vector["method"],
        path=vector["path"],
        headers={name.lower(): value for name, value in vector["headers"].items()},
        body=vector["body"].encode(),
        received_at=NOW.timestamp(),
    )
    secrets = Secrets(tuple(secret.encode() for secret in vector["secrets"]))
    try:
        scheme.verify(request, secrets, NOW.timestamp() if now is None else float(now))
    except Rejected:
        return False
    return True


@pytest.mark.parametrize("name", providers.provider_names())
def test_a_provider_with_payloads_has_vectors_of_its_scheme(name: str) -> None:
    if not (FOLDER / "payloads" / name).is_dir():
        pytest.skip(f"no payloads of {name}")
    if not vectors():
        pytest.skip("no vectors")
    scheme = scheme_of(name)
    if scheme.with_http(World(name).http) != scheme:
        pytest.skip(f"only its vendor can judge a delivery of {name}")
    assert any(scheme in schemes(vector) for vector in vectors())


# --- payloads ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "file"), payloads(), ids=lambda each: each if isinstance(each, str) else each.name
)
@pytest.mark.parametrize("has_recording", [True, False], ids=["known to the API", "unknown to it"])
def test_a_payload_becomes_a_plausible_change(name: str, file: Path, has_recording: bool) -> None:
    settings = settings_for(name, arriving(file))
    delivery = signed(name, arriving(file), settings=settings)
    assert providers.load_webhook(name).delivery_key(delivery)
    world = World(name, settings)
    scheme = scheme_of(name, settings).with_http(world.http)
    scheme.verify(delivery, Secrets((SECRET,)), NOW.timestamp())
    if has_recording:
        world.double.record(delivery)
    try:
        changes = world.changes(delivery)
    except Malformed:
        assert nameless(delivery), "a body that names its subject is understood"
        return
    except VendorRefused:
        assert not has_recording, "what the API shows is read"
        return
    for change in changes:
        if isinstance(change, Upsert):
            assert_sound(change.item, name)
    for check in (deletions_remove, whole_documents_show, the_rest_is_quiet):
        check(delivery, file.name, changes)


def arriving(file: Path) -> Request:
    """Return a recorded delivery as it would arrive, without its signature."""
    return request(file.read_bytes(), headers_of(file))


def headers_of(file: Path) -> dict[str, str]:
    """Return headers that were seen with this body, or with its family, or with any body."""
    header_files = sorted(file.parent.glob("*.headers.json"), key=lambda each: -len(each.name))
    stems = {file: file.name.removesuffix(".headers.json") for file in header_files}
    for each, stem in stems.items():
        if file.name.startswith(f"{stem}."):
            return dict(json.loads(each.read_text()))
    if len(header_files) == 1 and header_files[0].name == "documented.headers.json":
        return dict(json.loads(header_files[0].read_text()))
    return {}


def settings_for(name: str, delivery: Request) -> dict[str, Any]:
    """Return settings of a client with this repository and branch that shows this type."""
    body = json.loads(delivery.body)
    model = providers.load_settings(name).Settings
    if "webhooks" in model.model_fields and "eventId" in body:
        return {"webhooks": "tinacloud"}
    repository = (body.get("repository") or {}).get("full_name")
    if "repository" in model.model_fields and repository:
        branch = str(body.get("ref") or "refs/heads/main").removeprefix("refs/heads/")
        return {"repository": f"github:{repository}", "branch": branch}
    kind = type_of(body)
    types_field = model.model_fields.get("types")
    if types_field and kind and kind not in types_field.get_default(call_default_factory=True):
        return {"types": {kind: "page"}}
    return {}


def type_of(body: Mapping[str, Any]) -> str | None:
    """Return the kind of document that the body names."""
    link = body.get("sys", {}).get("contentType", {}).get("sys", {}).get("id")
    return parsing.parse_text(body.get("_type"), body.get("model"), link)


def nameless(delivery: Request) -> bool:
    """Return whether neither the body nor a header names the subject of the delivery."""
    body = json.loads(delivery.body)
    named = {"_id", "id", "inventory_item_id", "ref"} & body.keys()
    return not named and "sanity-document-id" not in delivery.headers


def deletions_remove(delivery: Request, event: str, changes: list[Change]) -> None:
    if ".delete" in event or event.startswith("delete"):
        assert changes
        assert all(isinstance(change, Removal) for change in changes)


def whole_documents_show(delivery: Request, event: str, changes: list[Change]) -> None:
    """A body with a title and a type of its own becomes a page."""
    body = json.loads(delivery.body)
    if "title" in body and ({"variants", "_type"} & body.keys()):
        (change,) = changes
        assert isinstance(change, Upsert)
        assert change.item.title == " ".join(body["title"].split())
        assert str(body.get("id") or body.get("_id")) in change.item.id


def the_rest_is_quiet(delivery: Request, event: str, changes: list[Change]) -> None:
    """Deliveries without content (a greeting, a push of another host) change nothing."""
    body = json.loads(delivery.body)
    if "zen" in body or "object_kind" in body:
        assert changes == []
    assert all(isinstance(change, Upsert | Removal | Signal | Erasure) for change in changes)
