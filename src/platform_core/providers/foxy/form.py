"""The form that puts a product into Foxy's cart, each field signed with the store's secret.

Foxy's product verification takes a field only with the HMAC-SHA256 of code, parent code, name and
value in its name. So neither code, name nor price can be altered, and none can be taken over from
another product. It does not cover what is left out (the quantity is the visitor's), and it never
ends: a form of yesterday still sells at yesterday's price. Source: foxy.io/help, "Sign product
forms with HMAC", read for 2026-11-24; the vendor's PHP signs the text with HTML's five characters
escaped, its JavaScript does not, so none of them but `&` is left in a value.
"""

import hmac
from typing import Final

_PLAIN: Final = str.maketrans({
    "'": "\u2019", '"': "\u201d", "<": "\u2039", ">": "\u203a",
    "{": "(", "}": ")", "|": "/",
})  # fmt: skip
"""Quotes and brackets would be escaped by one signer and not by another; braces and bars are
Foxy's own notation for what changes a price."""


def fields(secret: str, code: str, name: str, price: str) -> dict[str, str]:
    """The fields of a form, by their signed names."""
    code = code.translate(_PLAIN)
    values = {"code": code, "name": name.translate(_PLAIN), "price": price}
    return {
        f"{field}||{_signature(secret, code, field, value)}": value
        for field, value in values.items()
    }


def _signature(secret: str, code: str, field: str, value: str) -> str:
    """A product of ours has no parent, so its parent's code is empty."""
    message = f"{code}{field}{value}".replace("&", "&amp;")
    return hmac.digest(secret.encode(), message.encode(), "sha256").hex()
