"""An item survives the content table: the codec, DynamoDB's own types, and the way back."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from platform_core.content.model import (
    ContentStatus,
    ContentType,
    Inventory,
    InventoryPolicy,
    MediaAsset,
    Price,
    ProductVariant,
    SEOMetadata,
    UnifiedContent,
    content_digest,
    format_timestamp,
    from_row,
    to_row,
)
from platform_core.content.rows import row_size
from platform_core.errors import Malformed

AT = datetime(2026, 11, 21, 10, 0, 0, 123456, tzinfo=UTC)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
moments = st.datetimes(
    min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30),  # noqa: DTZ001
    timezones=st.sampled_from([UTC]),
)  # fmt: skip
amounts = st.decimals(0, 10**13, places=4)
prices = st.builds(
    Price, amount=amounts, currency_code=st.sampled_from(["USD", "JPY"]),
    compare_at_amount=st.none() | amounts,
)  # fmt: skip
counts = st.integers(0, 2**53)
inventories = st.builds(
    Inventory, quantity=counts, inventory_policy=st.sampled_from(InventoryPolicy)
)
media = st.builds(MediaAsset, id=texts, url=texts, alt_text=st.none() | texts, width=counts)
variants = st.builds(
    ProductVariant, id=texts, title=texts, price=prices, inventory=st.none() | inventories,
    options=st.dictionaries(texts.filter(bool), texts, max_size=3),
)  # fmt: skip
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
items = st.builds(
    UnifiedContent,
    id=texts.filter(lambda text: bool(text.strip())),
    title=texts,
    slug=st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True),
    content_type=st.sampled_from(ContentType),
    status=st.sampled_from(ContentStatus),
    description=st.none() | texts,
    body=st.none() | texts,
    featured_image=st.none() | media,
    images=st.lists(media, max_size=2),
    price=st.none() | prices,
    inventory=st.none() | inventories,
    variants=st.lists(variants, max_size=2),
    seo=st.none() | st.builds(SEOMetadata, meta_title=st.none() | texts),
    tags=st.lists(texts, max_size=3),
    members=st.lists(texts, max_size=3),
    position=st.none() | counts,
    provider_type=st.sampled_from(["cms", "ecommerce"]),
    provider_name=texts,
    provider_data=st.dictionaries(texts, json_values, max_size=3),
    version=st.integers(0, 2**63),
    created_at=moments,
    updated_at=moments,
    published_at=st.none() | moments,
    expires_at=st.none() | moments,
    synced_at=moments,
)


def example(**fields: Any) -> UnifiedContent:
    fields_by_type: dict[str, Any] = {
        "id": "tee", "title": "Premium T-Shirt", "slug": "premium-t-shirt",
        "content_type": "product", "provider_type": "ecommerce", "provider_name": "shop",
        "price": {"amount": Decimal("29.90"), "currency_code": "USD"}, "version": 7,
        "created_at": AT, "updated_at": AT, "synced_at": AT,
    }  # fmt: skip
    return UnifiedContent.model_validate(fields_by_type | fields)


def through_a_table(row: dict[str, Any]) -> dict[str, Any]:
    """Return the row as a table returns it."""
    stored = json.loads(json.dumps(TypeSerializer().serialize(row)))
    returned = TypeDeserializer().deserialize(stored)
    assert isinstance(returned, dict)
    return returned


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from leaves(inner)
    else:
        yield value


@given(items)
def test_every_item_survives_the_table(item: UnifiedContent) -> None:
    assert from_row(through_a_table(to_row(item, "acme"))) == item


@given(items)
def test_a_row_holds_no_float_and_no_empty_attribute(item: UnifiedContent) -> None:
    assert not [leaf for leaf in leaves(to_row(item, "acme")) if isinstance(leaf, float)]
    assert None not in to_row(item, "acme").values()


@given(items)
def test_the_size_of_a_row_is_never_underestimated(item: UnifiedContent) -> None:
    row = to_row(item, "acme")
    assert row_size(row) >= len("".join(row)) + len((item.body or "").encode())


def test_a_row_has_the_keys_of_its_item() -> None:
    row = to_row(example(expires_at=AT), "acme")
    assert row["content_id"] == "tee"
    assert row["content_type_provider"] == "product#shop"
    assert row["client_id"] == "acme"
    assert row["updated_at"] == "2026-11-21T10:00:00.123456Z"
    assert row["price"]["amount"] == Decimal("29.90")


def test_the_end_of_a_publication_is_not_the_end_of_the_row() -> None:
    """`expires_at` is the table's TTL attribute: it would delete a live item."""
    row = to_row(example(expires_at=AT), "acme")
    assert "expires_at" not in row
    assert from_row(row).expires_at == AT


def test_unknown_attributes_are_ignored() -> None:
    row = to_row(example(), "acme") | {"expires_at": 1_900_000_000, "body_key": "bodies/x"}
    assert from_row(row) == example()


def test_times_of_any_zone_sort_as_text() -> None:
    local_time = AT.astimezone(tz=None)
    assert (
        format_timestamp(local_time)
        == format_timestamp(AT)
        < format_timestamp(AT + timedelta(microseconds=1))
    )
    assert (
        format_timestamp(AT.replace(year=9))
        < format_timestamp(AT.replace(year=999))
        < format_timestamp(AT)
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"provider_data": {"x": float("nan")}},
        {"provider_data": {"x": b"bytes"}},
        {"created_at": datetime.max.replace(tzinfo=UTC).isoformat()[:-6] + "-14:00"},
    ],
    ids=["nan", "bytes", "year 10000"],
)
def test_a_value_that_no_table_can_store_is_malformed(fields: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        to_row(example(**fields), "acme")


def test_a_digest_depends_on_the_content_only() -> None:
    one = content_digest(example())
    assert one == content_digest(example(synced_at=AT + timedelta(days=1), version=8))
    assert one == content_digest(example(price={"amount": Decimal("29.9"), "currency_code": "USD"}))
    assert one == content_digest(from_row(through_a_table(to_row(example(), "acme"))))
    assert one != content_digest(example(title="Premium T-shirt"))
    assert one != content_digest(
        example(price={"amount": Decimal("29.91"), "currency_code": "USD"})
    )
