"""Promises of every provider. A new provider is tested as soon as its folder exists."""

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
from platform_core.provider import Change, Removal, Signal, Upsert
from platform_core.webhooks.request import WEBHOOK_SECRET, Delivery, Request
from platform_core.webhooks.secrets import Secrets
from platform_core.webhooks.signatures import Scheme
from tests.fakes.pipeline.vendor import article
from tests.fakes.vendors import (
    NOW,
    SECRET,
    World,
    assert_sound,
    build_settings,
    edited,
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


# --- manifests and settings -------------------------------------------------------------------


@every_provider
def test_a_folder_is_complete(name: str) -> None:
    assert all(providers.has_module(name, part) for part in PARTS)
    assert recordings(name)


@every_provider
def test_a_manifest_has_dated_facts(name: str) -> None:
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
        assert all(Decimal(amount) >= 0 for amount in amounts)


@every_provider
def test_a_provider_that_is_called_needs_its_webhook_secret(name: str) -> None:
    needs = providers.load_manifest(name).needs
    required = {secret.name for secret in needs.secrets if secret.required}
    assert not needs.webhook or WEBHOOK_SECRET in required
    assert all(secret.purpose for secret in needs.secrets)


@every_provider
def test_each_settings_field_has_a_description(name: str) -> None:
    model = providers.load_settings(name).Settings
    assert model.model_config.get("extra") == "forbid"
    schema = model.model_json_schema()
    assert all(field.get("description") for field in schema["properties"].values())
    assert all(schema["properties"][field].get("examples") for field in schema.get("required", ()))
    assert build_settings(name)


QUOTED_SETTINGS = frozenset({"branch", "media_folder"})
"""Names of Git, which may contain these characters: `test_git_names.py` shows the quoting."""


@every_provider
@pytest.mark.parametrize("evil", ["../x", "a/b?c", "x@evil.example", "a b", "x\ny", "", "x#y"])
def test_no_setting_can_redirect_a_request(name: str, evil: str) -> None:
    model = providers.load_settings(name).Settings
    for field in model.model_fields:
        value = getattr(build_settings(name), field)
        if isinstance(value, str) and value and field not in QUOTED_SETTINGS:
            with pytest.raises(ValidationError):
                build_settings(name, {field: value + evil if evil else " "})


def test_names_and_aliases_are_unique() -> None:
    manifests = [providers.load_manifest(name) for name in providers.provider_names()]
    spellings = [each for manifest in manifests for each in (manifest.name, *manifest.aliases)]
    assert len(spellings) == len(set(spellings))
    for manifest in manifests:
        assert {providers.resolve_name(each) for each in (manifest.name, *manifest.aliases)} == {
            manifest.name
        }


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
def test_an_unknown_name_is_not_found_and_imports_nothing(name: str) -> None:
    before = set(sys.modules)
    assert providers.resolve_name(name) is None
    assert not providers.has_module(name, "webhook")
    with pytest.raises(LookupError):
        providers.load_webhook(name)
    new = {module for module in set(sys.modules) - before if module.startswith("platform_core")}
    assert all(each.endswith(".manifest") or each.count(".") == 2 for each in new)


def test_an_invalid_name_is_not_looked_up() -> None:
    code = (
        "import sys\nfrom platform_core import providers\n"
        "bad = ('../x', 'A', 'a.b', '', 'x' + chr(10))\n"
        "assert [providers.resolve_name(each) for each in bad] == [None] * 5\n"
        "loaded = {each for each in sys.modules if each.startswith('platform_core.providers.')}\n"
        "assert not loaded and 'importlib.metadata' not in sys.modules, loaded\n"
    )
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert process.returncode == 0, process.stderr


def test_listing_names_loads_no_heavy_library() -> None:
    code = (
        "import sys\nfrom platform_core import providers\n"
        f"for name in {[*providers.provider_names(), 'shopify', 'nobody']!r}:\n"
        "    known = providers.resolve_name(name)\n"
        "    known and providers.load_webhook(known).SIGNATURE\n"
        "heavy = {'pydantic', 'yaml', 'nh3', 'markdown_it'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert process.returncode == 0, process.stderr


# --- webhooks ---------------------------------------------------------------------------------


@every_delivery
def test_a_delivery_is_valid_for_its_own_bytes_and_secret_only(name: str, event: str) -> None:
    settings = settings_of(name, event)
    scheme = scheme_of(name, settings).with_http(World(name).http)
    delivery = signed(name, unsigned(recordings(name)[event]), settings=settings)
    now = NOW.timestamp()
    scheme.verify(delivery, Secrets((SECRET,)), now)
    scheme.verify(delivery, Secrets((ANOTHER, SECRET)), now)
    flipped = replace(delivery, body=bytes([delivery.body[0] ^ 1]) + delivery.body[1:])
    wrong = [(delivery, (ANOTHER,)), (unsigned(recordings(name)[event]), (SECRET,))]
    if scheme.secret_headers:  # the proof is the credential itself: it says nothing of the body
        scheme.verify(flipped, Secrets((SECRET,)), now)
    else:
        wrong.append((flipped, (SECRET,)))
    for refused, secrets in wrong:
        with pytest.raises(Rejected):
            scheme.verify(refused, Secrets(secrets), now)


@every_provider
def test_a_signed_time_outside_the_window_is_rejected(name: str) -> None:
    """A vendor that signs its time is refused when the time is old or in the future."""
    scheme = providers.load_webhook(name).SIGNATURE.with_http(World(name).http)
    delivery = signed(name, request(b'{"a": 1}'))
    if not hasattr(scheme, "tolerance"):
        scheme.verify(delivery, Secrets((SECRET,)), NOW.timestamp() + 4 * 3600)
        return
    for seconds in (-301, 301):
        with pytest.raises(Rejected):
            scheme.verify(delivery, Secrets((SECRET,)), NOW.timestamp() + seconds)


@every_delivery
def test_a_retry_has_the_same_key_and_another_edit_a_new_one(name: str, event: str) -> None:
    key = providers.load_webhook(name).delivery_key
    bare = unsigned(recordings(name)[event])
    settings = settings_of(name, event)
    delivery = signed(name, bare, settings=settings)
    # a captured delivery sent again under new ids
    loose = dict.fromkeys(
        uncovered(scheme_of(name, settings).with_http(World(name).http), delivery, bare.headers),
        "forged",
    )
    retry = replace(
        delivery, headers={**delivery.headers, **loose}, received_at=delivery.received_at + 3600
    )
    assert key(delivery) == key(retry)
    assert re.fullmatch(r"[!-~]{1,200}", key(delivery))
    edit = signed(name, edited(bare, updated_at="2027-01-01T00:00:00Z"), settings=settings)
    assert key(delivery) != key(edit)


def uncovered(scheme: Scheme, delivery: Request, headers: Iterable[str]) -> list[str]:
    """Return the headers that can be forged without breaking the proof."""

    def is_proven(request: Request) -> bool:
        try:
            scheme.verify(request, Secrets((SECRET,)), NOW.timestamp())
        except Rejected:
            return False
        return True

    forged = {
        header: replace(delivery, headers={**delivery.headers, header: "forged"})
        for header in headers
    }
    return [each for each, request in forged.items() if is_proven(request)]


@every_provider
def test_two_edits_with_equal_bodies_differ_if_the_time_is_signed(name: str) -> None:
    module = providers.load_webhook(name)
    if hasattr(module.SIGNATURE, "tolerance"):
        bare = request(b'{"_id": "x"}')
        keys = {module.delivery_key(signed(name, bare, NOW.timestamp() + each)) for each in (0, 1)}
        assert len(keys) == 2


# --- changes of deliveries --------------------------------------------------------------------


def world_for(name: str, event: str) -> World:
    """Return a client that this recorded delivery is for."""
    return World(name, settings_of(name, event))


def changes_of(world: World, event: str, **fields: object) -> list[Change]:
    """Return the changes of a delivery that the vendor itself has applied."""
    delivery = unsigned(recordings(world.provider)[event])
    delivery = edited(delivery, **fields) if fields else delivery
    delivery = signed(world.provider, delivery, settings=world.settings)
    world.double.record(delivery)
    return world.changes(delivery)


@every_delivery
def test_a_delivery_becomes_the_recorded_change(name: str, event: str) -> None:
    recording = recordings(name)[event]
    assert recording["description"]
    changes = [plain(change) for change in changes_of(world_for(name, event), event)]
    assert len(changes) == len(recording["becomes"])
    for change, expected in zip(changes, recording["becomes"], strict=True):
        ((kind, fields),) = expected.items()
        assert kind in change
        assert {each: change[kind][each] for each in fields} == fields


@every_delivery
def test_the_simulated_vendor_applies_a_delivery_once(name: str, event: str) -> None:
    world = world_for(name, event)
    first = [plain(change) for change in changes_of(world, event)]
    state = json.dumps(world.state, sort_keys=True)
    second = [plain(change) for change in changes_of(world, event)]
    assert json.dumps(world.state, sort_keys=True) == state
    for change in (*first, *second):
        change.get("upsert", {}).pop("synced_at", None)
    assert first == second


@every_delivery
def test_a_delivery_and_the_api_give_the_same_item(name: str, event: str) -> None:
    world = world_for(name, event)
    content = providers.load_content(name)
    for change in changes_of(world, event):
        match change:
            case Upsert(item=item):
                looked_up = content.current(world.context, item.id, item.content_type)
                assert looked_up
                assert (looked_up.version, looked_up.title, looked_up.body) == (
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
    text = json.dumps(
        [plain(change) for change in changes_of(world_for(name, event), event)], default=str
    )
    signals = [
        change.data
        for change in changes_of(world_for(name, event), event)
        if isinstance(change, Signal)
    ]
    text += json.dumps(signals, default=str)
    for personal in ("example.org", "Sample", "Street"):
        assert personal not in text


@every_provider
def test_content_is_read_without_the_webhook_secret_unless_declared(name: str) -> None:
    """The functions that apply deliveries may read it only if it is an API key as well."""
    needs = providers.load_manifest(name).needs.secrets
    hidden = {need.name for need in needs if need.name == WEBHOOK_SECRET and not need.is_api_key}
    read: list[str] = []

    def read_secret(secret: str) -> str:
        read.append(secret)
        return f"the value of {secret}"

    content = providers.load_content(name)
    for event in sorted(recordings(name)):
        world = world_for(name, event)
        delivery = signed(name, unsigned(recordings(name)[event]), settings=world.settings)
        world.double.record(delivery)
        key = providers.load_webhook(name).delivery_key(delivery)
        context = replace(world.context, secret=read_secret)
        list(content.changes(context, Delivery(name, key, delivery)))
    for item in content.list_all(replace(World(name).context, secret=read_secret)):
        content.current(
            replace(World(name).context, secret=read_secret), item.id, item.content_type
        )
        break
    assert hidden.isdisjoint(read)


@every_provider
def test_a_listing_agrees_with_each_single_lookup(name: str) -> None:
    world = World(name)
    content = providers.load_content(name)
    listed = list(content.list_all(world.context))
    assert len(listed) >= 5 or not providers.load_manifest(name).needs.listing
    assert len({(item.id, item.content_type) for item in listed}) == len(listed)
    for item in listed:
        assert_sound(item, name)
        looked_up = content.current(world.context, item.id, item.content_type)
        assert looked_up
        assert looked_up.model_copy(update={"synced_at": item.synced_at}) == item


@every_provider
def test_a_setting_required_by_the_listing_is_marked(name: str) -> None:
    """In direct mode the listing is the content, so `validate` asks for that setting."""
    fields = providers.load_settings(name).Settings.model_fields
    optional = {key: field.default for key, field in fields.items() if not field.is_required()}
    bare = World(name, {key: value for key, value in optional.items() if fields[key].examples})
    lists = True
    try:
        list(providers.load_content(name).list_all(bare.context))
    except NoListing:
        lists = False
    needed = [
        key for key, field in fields.items() if field.json_schema_extra == {"needed_in": "direct"}
    ]
    assert bool(needed) is not lists


@every_provider
def test_a_demo_sends_no_external_request(name: str) -> None:
    """Sample content has no images: they would be loaded from the vendor's address."""
    world = World(name)
    for item in providers.load_content(name).list_all(world.context):
        assert item.featured_image is None
        assert not item.images
        assert "src=" not in (item.body or "")


@every_provider
def test_a_collection_names_existing_products(name: str) -> None:
    listed = list(providers.load_content(name).list_all(World(name).context))
    ids = {item.id for item in listed}
    assert all(set(item.members) <= ids for item in listed)


@every_provider
def test_a_product_of_a_shop_can_be_bought(name: str) -> None:
    world = World(name)
    shop = providers.load_commerce(name)
    if shop is None:
        return
    products = [item for item in shop.list_all(world.context) if item.content_type == "product"]
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
    assert all(script.startswith("https://") for script in shop.storefront(world.context).scripts)


def a_product_of_a_cms() -> UnifiedContent:
    """Return a product as a shop without a catalogue sells it."""
    price = {"amount": "24", "currency_code": "USD"}
    variants = [
        {"id": "a", "title": "A", "price": price},
        {"id": "b", "title": "B", "price": price},
    ]
    return article("mug", 1, "Mug", content_type="product", price=price, variants=variants)


# --- hostile text -----------------------------------------------------------------------------


@every_delivery
def test_a_title_is_literal_and_a_body_contains_no_script(name: str, event: str) -> None:
    body = recordings(name)[event]["body"]
    fields: dict[str, object] = {
        each: HOSTILE for each in ("title", "body_html", "description") if each in body
    }
    for change in changes_of(world_for(name, event), event, **fields):
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
    """Authentic nonsense ends as an expected failure or as a valid change."""
    recording = recordings(name)[event]
    body = distorted(recording["body"], data)
    world = world_for(name, event)
    delivery = request(json.dumps(body).encode(), recording["headers"])
    delivery = signed(name, delivery, settings=world.settings)
    try:
        world.double.record(delivery)
        for change in world.changes(delivery):
            if isinstance(change, Upsert):
                assert_sound(change.item, name)
    except PipelineError:
        pass


def distorted(value: Any, data: st.DataObject) -> Any:
    """Return the value with one element replaced."""
    if isinstance(value, dict) and value and data.draw(st.integers(0, 5)):
        key = data.draw(st.sampled_from(sorted(value)))
        return {**value, key: distorted(value[key], data)}
    if isinstance(value, list) and value and data.draw(st.integers(0, 5)):
        place = data.draw(st.integers(0, len(value) - 1))
        return [*value[:place], distorted(value[place], data), *value[place + 1 :]]
    return data.draw(json_values)


@every_provider
@pytest.mark.parametrize("body", [b"[]", b"1", b'"x"', b"null", b"{", b"\xff", b'{"a":1,"a":2}'])
def test_a_body_that_is_not_an_object_is_malformed(name: str, body: bytes) -> None:
    with pytest.raises(Malformed):
        World(name).changes(signed(name, request(body)))
