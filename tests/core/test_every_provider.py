"""What every provider promises, over each folder found: a new one is tested by being there."""

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from platform_core import providers
from platform_core.content.model import UnifiedContent
from platform_core.errors import Malformed, NoListing, PipelineError, Rejected
from platform_core.provider import (
    Change,
    Removal,
    Signal,
    Upsert,
)
from platform_core.webhooks.request import WEBHOOK_SECRET, Request
from platform_core.webhooks.secrets import Secrets
from platform_core.webhooks.signatures import Scheme
from tests.fakes.pipeline.vendor import article
from tests.fakes.vendors import (
    NOW,
    SECRET,
    World,
    assert_sound,
    edited,
    made_settings,
    plain,
    recordings,
    request,
    scheme_of,
    settings_of,
    signed,
    unsigned,
)

PARTS = ("manifest", "settings", "webhook", "content", "registration", "simulated")
DELIVERIES = [
    (name, event) for name in providers.provider_names() for event in sorted(recordings(name))
]
ANOTHER = b"YW5vdGhlciBzZWNyZXQ="
HOSTILE = "{{ 7*7 }} <script>alert(1)</script> & {% raw %} \u202e"

every_provider = pytest.mark.parametrize("name", providers.provider_names())
every_delivery = pytest.mark.parametrize(("name", "event"), DELIVERIES)


# --- what it says of itself -------------------------------------------------------------------


@every_provider
def test_a_folder_is_complete(name: str) -> None:
    assert all(providers.has_module(name, part) for part in PARTS)
    assert recordings(name)


@every_provider
def test_a_manifest_tells_dated_facts(name: str) -> None:
    manifest = providers.load_manifest(name)
    assert manifest.name == name
    assert manifest.label
    assert manifest.summary
    assert manifest.engines
    assert manifest.plans
    for plan in manifest.plans:
        assert plan.source, plan
        assert date.fromisoformat(plan.as_of) <= NOW.date()
        amounts = (plan.usd_month, plan.fee_percent, plan.fee_fixed_usd)
        assert all(Decimal(each) >= 0 for each in amounts)


@every_provider
def test_a_provider_that_is_called_needs_its_webhook_secret(name: str) -> None:
    needs = providers.load_manifest(name).needs
    wanted = {secret.name for secret in needs.secrets if secret.required}
    assert not needs.webhook or WEBHOOK_SECRET in wanted
    assert all(secret.purpose for secret in needs.secrets)


@every_provider
def test_a_settings_file_says_what_each_field_is(name: str) -> None:
    model = providers.load_settings(name).Settings
    assert model.model_config.get("extra") == "forbid"
    schema = model.model_json_schema()
    assert all(each.get("description") for each in schema["properties"].values())
    assert all(schema["properties"][each].get("examples") for each in schema.get("required", ()))
    assert made_settings(name)


@every_provider
@pytest.mark.parametrize("evil", ["../x", "a/b?c", "x@evil.example", "a b", "x\ny", "", "x#y"])
def test_no_setting_can_lead_a_request_astray(name: str, evil: str) -> None:
    model = providers.load_settings(name).Settings
    for field in model.model_fields:
        value = getattr(made_settings(name), field)
        if isinstance(value, str) and value:
            with pytest.raises(ValidationError):
                made_settings(name, {field: value + evil if evil else " "})


def test_names_and_aliases_are_one_each() -> None:
    manifests = [providers.load_manifest(name) for name in providers.provider_names()]
    spellings = [each for one in manifests for each in (one.name, *one.aliases)]
    assert len(spellings) == len(set(spellings))
    for one in manifests:
        assert {providers.resolve_name(each) for each in (one.name, *one.aliases)} == {one.name}


@pytest.mark.parametrize(
    "name",
    [
        "",
        "nobody",
        "../decap",
        "platform_core",
        "os",
        "Sanity",
        "reading",
        "sanity\n",
        "__init__",
        "a.b",
    ],
)
def test_an_unknown_name_is_nobody_and_imports_nothing(name: str) -> None:
    before = set(sys.modules)
    assert providers.resolve_name(name) is None
    assert not providers.has_module(name, "webhook")
    with pytest.raises(LookupError):
        providers.load_webhook(name)
    new = {each for each in set(sys.modules) - before if each.startswith("platform_core")}
    assert all(each.endswith(".manifest") or each.count(".") == 2 for each in new)


def test_a_name_that_is_none_is_not_even_looked_for() -> None:
    code = (
        "import sys\nfrom platform_core import providers\n"
        "bad = ('../x', 'A', 'a.b', '', 'x' + chr(10))\n"
        "assert [providers.resolve_name(each) for each in bad] == [None] * 5\n"
        "loaded = {each for each in sys.modules if each.startswith('platform_core.providers.')}\n"
        "assert not loaded and 'importlib.metadata' not in sys.modules, loaded\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_knowing_names_loads_no_heavy_library() -> None:
    code = (
        "import sys\nfrom platform_core import providers\n"
        f"for name in {[*providers.provider_names(), 'shopify', 'nobody']!r}:\n"
        "    known = providers.resolve_name(name)\n"
        "    known and providers.load_webhook(known).SIGNATURE\n"
        "heavy = {'pydantic', 'yaml', 'nh3', 'markdown_it'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


# --- the door ---------------------------------------------------------------------------------


@every_delivery
def test_a_delivery_is_proven_by_its_own_bytes_and_secret_only(name: str, event: str) -> None:
    settings = settings_of(name, event)
    scheme = scheme_of(name, settings).with_http(World(name).http)
    made = signed(name, unsigned(recordings(name)[event]), settings=settings)
    now = NOW.timestamp()
    scheme.verify(made, Secrets((SECRET,)), now)
    scheme.verify(made, Secrets((ANOTHER, SECRET)), now)
    flipped = replace(made, body=bytes([made.body[0] ^ 1]) + made.body[1:])
    wrong = [(made, (ANOTHER,)), (unsigned(recordings(name)[event]), (SECRET,))]
    if scheme.secret_headers:  # the proof is the credential itself: it says nothing of the body
        scheme.verify(flipped, Secrets((SECRET,)), now)
    else:
        wrong.append((flipped, (SECRET,)))
    for refused, secrets in wrong:
        with pytest.raises(Rejected):
            scheme.verify(refused, Secrets(secrets), now)


@every_provider
def test_a_signed_time_is_held_to(name: str) -> None:
    """A vendor that signs its time is refused what is old or from the future."""
    scheme = providers.load_webhook(name).SIGNATURE.with_http(World(name).http)
    made = signed(name, request(b'{"a": 1}'))
    if not hasattr(scheme, "tolerance"):
        scheme.verify(made, Secrets((SECRET,)), NOW.timestamp() + 4 * 3600)
        return
    for seconds in (-301, 301):
        with pytest.raises(Rejected):
            scheme.verify(made, Secrets((SECRET,)), NOW.timestamp() + seconds)


@every_delivery
def test_a_repeat_has_the_same_key_and_another_edit_has_another(name: str, event: str) -> None:
    key = providers.load_webhook(name).delivery_key
    bare = unsigned(recordings(name)[event])
    settings = settings_of(name, event)
    made = signed(name, bare, settings=settings)
    # a captured delivery sent again under new ids
    loose = dict.fromkeys(
        uncovered(scheme_of(name, settings).with_http(World(name).http), made, bare.headers),
        "forged",
    )
    again = replace(made, headers={**made.headers, **loose}, received_at=made.received_at + 3600)
    assert key(made) == key(again)
    assert re.fullmatch(r"[!-~]{1,200}", key(made))
    other = signed(name, edited(bare, updated_at="2027-01-01T00:00:00Z"), settings=settings)
    assert key(made) != key(other)


def uncovered(scheme: Scheme, made: Request, headers: Iterable[str]) -> list[str]:
    """The headers that can be forged without the proof breaking."""

    def is_proven(request: Request) -> bool:
        try:
            scheme.verify(request, Secrets((SECRET,)), NOW.timestamp())
        except Rejected:
            return False
        return True

    forged = {each: replace(made, headers={**made.headers, each: "forged"}) for each in headers}
    return [each for each, request in forged.items() if is_proven(request)]


@every_provider
def test_two_equal_bodies_that_are_two_edits_differ_where_time_is_signed(name: str) -> None:
    module = providers.load_webhook(name)
    if hasattr(module.SIGNATURE, "tolerance"):
        bare = request(b'{"_id": "x"}')
        keys = {module.delivery_key(signed(name, bare, NOW.timestamp() + each)) for each in (0, 1)}
        assert len(keys) == 2


# --- what deliveries become -------------------------------------------------------------------


def told(name: str, event: str) -> World:
    """A client that this recorded delivery is for."""
    return World(name, settings_of(name, event))


def arrived(world: World, event: str, **fields: object) -> list[Change]:
    """What becomes of a delivery that the vendor itself knows about."""
    made = unsigned(recordings(world.provider)[event])
    made = edited(made, **fields) if fields else made
    made = signed(world.provider, made, settings=world.settings)
    world.double.record(made)
    return world.changes(made)


@every_delivery
def test_a_delivery_becomes_what_its_recording_says(name: str, event: str) -> None:
    recording = recordings(name)[event]
    assert recording["description"]
    found = [plain(each) for each in arrived(told(name, event), event)]
    assert len(found) == len(recording["becomes"])
    for change, expected in zip(found, recording["becomes"], strict=True):
        ((kind, fields),) = expected.items()
        assert kind in change
        assert {each: change[kind][each] for each in fields} == fields


@every_delivery
def test_the_vendors_double_takes_a_delivery_over_once(name: str, event: str) -> None:
    world = told(name, event)
    first = [plain(each) for each in arrived(world, event)]
    state = json.dumps(world.state, sort_keys=True)
    second = [plain(each) for each in arrived(world, event)]
    assert json.dumps(world.state, sort_keys=True) == state
    for change in (*first, *second):
        change.get("upsert", {}).pop("synced_at", None)
    assert first == second


@every_delivery
def test_what_a_delivery_tells_is_what_the_api_says(name: str, event: str) -> None:
    world = told(name, event)
    content = providers.load_content(name)
    for change in arrived(world, event):
        match change:
            case Upsert(item=item):
                asked = content.current(world.context, item.id, item.content_type)
                assert asked
                assert (asked.version, asked.title, asked.body) == (
                    item.version,
                    item.title,
                    item.body,
                )
            case Removal():
                kind = change.content_type
                assert content.current(world.context, change.content_id, kind) is None
            case Signal():
                assert "." in change.event_type


@every_delivery
def test_no_change_carries_personal_data(name: str, event: str) -> None:
    said = json.dumps([plain(each) for each in arrived(told(name, event), event)], default=str)
    signals = [each.data for each in arrived(told(name, event), event) if isinstance(each, Signal)]
    said += json.dumps(signals, default=str)
    for personal in ("example.org", "Sample", "Street"):
        assert personal not in said


@every_provider
def test_a_listing_agrees_with_each_single_look(name: str) -> None:
    world = World(name)
    content = providers.load_content(name)
    listed = list(content.list_all(world.context))
    assert len(listed) >= 5 or not providers.load_manifest(name).needs.listing
    assert len({(each.id, each.content_type) for each in listed}) == len(listed)
    for each in listed:
        assert_sound(each, name)
        found = content.current(world.context, each.id, each.content_type)
        assert found
        assert found.model_copy(update={"synced_at": each.synced_at}) == each


@every_provider
def test_a_setting_that_the_listing_cannot_do_without_says_so(name: str) -> None:
    """In direct mode the listing is the content, so `validate` asks for that setting."""
    fields = providers.load_settings(name).Settings.model_fields
    optional = {key: each.default for key, each in fields.items() if not each.is_required()}
    bare = World(name, {key: value for key, value in optional.items() if fields[key].examples})
    lists = True
    try:
        list(providers.load_content(name).list_all(bare.context))
    except NoListing:
        lists = False
    needed = [
        key for key, each in fields.items() if each.json_schema_extra == {"needed_in": "direct"}
    ]
    assert bool(needed) is not lists


@every_provider
def test_a_demo_sends_no_request_to_anybody(name: str) -> None:
    """A seed has no images: they would be asked for at the vendor's address."""
    world = World(name)
    for each in providers.load_content(name).list_all(world.context):
        assert each.featured_image is None
        assert not each.images
        assert "src=" not in (each.body or "")


@every_provider
def test_a_collection_names_products_that_there_are(name: str) -> None:
    listed = list(providers.load_content(name).list_all(World(name).context))
    known = {each.id for each in listed}
    assert all(set(each.members) <= known for each in listed)


@every_provider
def test_what_sells_can_be_bought(name: str) -> None:
    world = World(name)
    shop = providers.load_commerce(name)
    if shop is None:
        return
    products = [each for each in shop.list_all(world.context) if each.content_type == "product"]
    if not providers.load_manifest(name).needs.listing:
        products = [a_product_of_a_cms()]
    assert products
    for product in products:
        assert product.price
        for variant in [None, *product.variants]:
            offer = shop.buy(world.context, product, variant)
            assert offer
            assert offer.kind in {"link", "form", "button"}
            assert not offer.href or offer.href.startswith("https://")
    assert all(each.startswith("https://") for each in shop.storefront(world.context).scripts)


def a_product_of_a_cms() -> UnifiedContent:
    """What a shop without a catalogue sells."""
    price = {"amount": "24", "currency_code": "USD"}
    variants = [
        {"id": "a", "title": "A", "price": price},
        {"id": "b", "title": "B", "price": price},
    ]
    return article("mug", 1, "Mug", content_type="product", price=price, variants=variants)


# --- hostile text -----------------------------------------------------------------------------


@every_delivery
def test_a_title_is_literal_and_a_body_holds_no_script(name: str, event: str) -> None:
    body = recordings(name)[event]["body"]
    fields: dict[str, object] = {
        each: HOSTILE for each in ("title", "body_html", "description") if each in body
    }
    for change in arrived(told(name, event), event, **fields):
        if isinstance(change, Upsert):
            assert_sound(change.item, name)
            if "title" in body:
                assert change.item.title == HOSTILE


simple = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20), st.just("2026-13-45T99:99:99Z"), st.just("\ud800"),
)  # fmt: skip
json_values = st.recursive(
    simple,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@every_delivery
@given(data=st.data())
def test_a_distorted_body_is_malformed_and_never_a_crash(
    name: str, event: str, data: st.DataObject
) -> None:
    """Authentic nonsense ends as a failure that is expected, or as a change that is sound."""
    recording = recordings(name)[event]
    body = distorted(recording["body"], data)
    world = told(name, event)
    made = request(json.dumps(body).encode(), recording["headers"])
    made = signed(name, made, settings=world.settings)
    try:
        world.double.record(made)
        for change in world.changes(made):
            if isinstance(change, Upsert):
                assert_sound(change.item, name)
    except PipelineError:
        pass


def distorted(value: Any, data: st.DataObject) -> Any:
    """The value with one thing in it replaced."""
    if isinstance(value, dict) and value and data.draw(st.integers(0, 5)):
        key = data.draw(st.sampled_from(sorted(value)))
        return {**value, key: distorted(value[key], data)}
    if isinstance(value, list) and value and data.draw(st.integers(0, 5)):
        place = data.draw(st.integers(0, len(value) - 1))
        return [*value[:place], distorted(value[place], data), *value[place + 1 :]]
    return data.draw(json_values)


@every_provider
@pytest.mark.parametrize("body", [b"[]", b"1", b'"x"', b"null", b"{", b"\xff", b'{"a":1,"a":2}'])
def test_a_body_that_is_no_object_is_malformed(name: str, body: bytes) -> None:
    with pytest.raises(Malformed):
        World(name).changes(signed(name, request(body)))
