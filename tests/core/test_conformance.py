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
from platform_core.provider import (
    Change,
    Removal,
    Signal,
    Upsert,
)
from platform_core.provider_kit import parsing
from platform_core.webhooks.request import Request
from platform_core.webhooks.secrets import Secrets
from platform_core.webhooks.signatures import Scheme
from tests.fakes.schemes import SCHEMES
from tests.fakes.vendors import (
    NOW,
    SECRET,
    World,
    assert_sound,
    request,
    scheme_of,
    signed,
)

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / os.environ.get("PLATFORM_CONFORMANCE", "../shared/conformance")
ABSENT = f"no conformance data at {os.environ.get('PLATFORM_CONFORMANCE', '../shared/conformance')}"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=ABSENT)


def vectors() -> list[dict[str, Any]]:
    file = FOLDER / "vectors.json"
    return list(json.loads(file.read_text())["vectors"]) if file.is_file() else []


def payloads() -> list[tuple[str, Path]]:
    """Provider and file of each body."""
    return [
        (name, file)
        for name in providers.provider_names()
        for file in sorted((FOLDER / "payloads" / name).glob("*"))
        if file.suffix in {".json", ".body"} and not file.name.endswith(".headers.json")
    ]


def test_there_is_something_to_prove() -> None:
    assert vectors() or payloads()


# --- signatures -------------------------------------------------------------------------------


@pytest.mark.parametrize("vector", vectors(), ids=lambda vector: str(vector["id"]))
def test_a_vector_comes_out_as_expected(vector: dict[str, Any]) -> None:
    found = schemes(vector)
    if not found:
        pytest.skip(f"nothing here speaks the scheme {vector['scheme']}")
    for scheme in found:
        assert is_valid(vector, scheme) == (vector["expected"] == "valid"), vector["reason"]


def schemes(vector: Mapping[str, Any]) -> list[Scheme]:
    """The provider's own, that of every provider which signs alike, and the scheme by its name."""
    own = vector["provider"]
    values = [providers.load_webhook(own).SIGNATURE] if own in providers.provider_names() else []
    named = SCHEMES.get(vector["scheme"])
    if named is None:
        return values
    alike = (providers.load_webhook(each).SIGNATURE for each in providers.provider_names())
    return [named, *values, *(each for each in alike if named in kinds(each))]


def kinds(scheme: Scheme) -> Iterator[Scheme]:
    """A scheme, and those that it is made of."""
    yield scheme
    for part in getattr(scheme, "parts", ()):
        yield from kinds(part)


def is_valid(vector: Mapping[str, Any], scheme: Scheme) -> bool:
    now = vector["now_unix_s"]
    if vector["tolerance_s"] is not None and hasattr(scheme, "tolerance"):
        scheme = replace(cast("Any", scheme), tolerance=float(vector["tolerance_s"]))
    made = Request(
        method=vector["method"],
        path=vector["path"],
        headers={name.lower(): value for name, value in vector["headers"].items()},
        body=vector["body"].encode(),
        received_at=NOW.timestamp(),
    )
    secrets = Secrets(tuple(each.encode() for each in vector["secrets"]))
    try:
        scheme.verify(made, secrets, NOW.timestamp() if now is None else float(now))
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
@pytest.mark.parametrize("known", [True, False], ids=["known to the API", "unknown to it"])
def test_a_payload_becomes_a_sensible_change(name: str, file: Path, known: bool) -> None:
    settings = settings_for(name, arriving(file))
    made = signed(name, arriving(file), settings=settings)
    assert providers.load_webhook(name).delivery_key(made)
    world = World(name, settings)
    scheme = scheme_of(name, settings).with_http(world.http)
    scheme.verify(made, Secrets((SECRET,)), NOW.timestamp())
    if known:
        world.double.record(made)
    try:
        found = world.changes(made)
    except Malformed:
        assert nameless(made), "a body that names its subject is understood"
        return
    except VendorRefused:
        assert not known, "what the API shows is read"
        return
    for change in found:
        if isinstance(change, Upsert):
            assert_sound(change.item, name)
    for check in (deletions_remove, whole_documents_show, the_rest_is_quiet):
        check(made, file.name, found)


def arriving(file: Path) -> Request:
    """A recorded delivery as it would arrive, but for its signature."""
    return request(file.read_bytes(), headers_of(file))


def headers_of(file: Path) -> dict[str, str]:
    """Those seen with this body, else with a body of the same family, else with any."""
    found = sorted(file.parent.glob("*.headers.json"), key=lambda each: -len(each.name))
    stems = {each: each.name.removesuffix(".headers.json") for each in found}
    for each, stem in stems.items():
        if file.name.startswith(f"{stem}."):
            return dict(json.loads(each.read_text()))
    if len(found) == 1 and found[0].name == "documented.headers.json":
        return dict(json.loads(found[0].read_text()))
    return {}


def settings_for(name: str, made: Request) -> dict[str, Any]:
    """A client whom the delivery concerns: of its repository and branch, showing its type."""
    body = json.loads(made.body)
    model = providers.load_settings(name).Settings
    if "webhooks" in model.model_fields and "eventId" in body:
        return {"webhooks": "tinacloud"}
    repository = (body.get("repository") or {}).get("full_name")
    if "repository" in model.model_fields and repository:
        branch = str(body.get("ref") or "refs/heads/main").removeprefix("refs/heads/")
        return {"repository": f"github:{repository}", "branch": branch}
    found = type_of(body)
    known = model.model_fields.get("types")
    if known and found and found not in known.get_default(call_default_factory=True):
        return {"types": {found: "page"}}
    return {}


def type_of(body: Mapping[str, Any]) -> str | None:
    """What kind of document a body says that it tells of."""
    link = body.get("sys", {}).get("contentType", {}).get("sys", {}).get("id")
    return parsing.parse_text(body.get("_type"), body.get("model"), link)


def nameless(made: Request) -> bool:
    """Whether neither the body nor a header says what the delivery is about."""
    body = json.loads(made.body)
    named = {"_id", "id", "inventory_item_id", "ref"} & body.keys()
    return not named and "sanity-document-id" not in made.headers


def deletions_remove(made: Request, event: str, found: list[Change]) -> None:
    if ".delete" in event or event.startswith("delete"):
        assert found
        assert all(isinstance(each, Removal) for each in found)


def whole_documents_show(made: Request, event: str, found: list[Change]) -> None:
    """A body that holds a title and a type of its own is a page afterwards."""
    body = json.loads(made.body)
    if "title" in body and ({"variants", "_type"} & body.keys()):
        (change,) = found
        assert isinstance(change, Upsert)
        assert change.item.title == " ".join(body["title"].split())
        assert str(body.get("id") or body.get("_id")) in change.item.id


def the_rest_is_quiet(made: Request, event: str, found: list[Change]) -> None:
    """What is no content of the site (a greeting, another host's push) changes nothing."""
    body = json.loads(made.body)
    if "zen" in body or "object_kind" in body:
        assert found == []
    assert all(isinstance(each, Upsert | Removal | Signal) for each in found)
