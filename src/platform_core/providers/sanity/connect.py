"""Read the products that Sanity Connect, Sanity's app for Shopify, writes into a dataset.

A product's data is below `store`. Its variants are documents of their own, to which it refers.
Source: sanity.io/docs/apis-and-sdks/sanity-connect-for-shopify-reference, unverified.
"""

from collections.abc import Iterator, Mapping

from platform_core.provider_kit.parsing import Json, parse_object, parse_objects, parse_text


def is_deleted_at_shopify(document: Json) -> bool:
    """Check for a product or a variant that the app keeps although the shop has deleted it."""
    return parse_object(document.get("store")).get("isDeleted") is True


def variant_ids(document: Json) -> Iterator[str]:
    """Yield the ids of a product's variants."""
    for reference in parse_objects(parse_object(document.get("store")).get("variants")):
        if isinstance(reference.get("_ref"), str):
            yield reference["_ref"]


def connect_fields(document: Json, linked: Mapping[str, Json]) -> Json:
    """Return the fields of a product under the names that other documents have."""
    store = parse_object(document.get("store"))
    lowest = parse_object(store.get("priceRange")).get("minVariantPrice")
    markup = store.get("descriptionHtml")
    found = (linked.get(name) for name in variant_ids(document))
    return {
        **store,
        "variants": [
            _variant_fields(variant, store)
            for variant in found
            if variant and not is_deleted_at_shopify(variant)
        ],
        **({"price": lowest} if lowest is not None else {}),
        **({"image": store["previewImageUrl"]} if store.get("previewImageUrl") else {}),
        # Without a block, the text would count as plain text and show its tags.
        **({"descriptionHtml": [{"_type": "html", "html": markup}]} if markup else {}),
    }


def _variant_fields(variant: Json, product: Json) -> Json:
    fields = parse_object(variant.get("store"))
    names = [parse_text(option.get("name")) for option in parse_objects(product.get("options"))]
    values = (parse_text(fields.get(f"option{number}")) for number in (1, 2, 3))
    stock = parse_object(fields.get("inventory"))
    return {
        **fields,
        "id": parse_text(fields.get("gid"), fields.get("id"), variant.get("_id")),
        "options": {name: value for name, value in zip(names, values, strict=False) if name},
        # The app only says that a variant is sold out, not how many there are.
        "inventory": {"quantity": 0} if stock.get("isAvailable") is False else None,
    }
