"""Build the form that adds a product to Foxy's cart, with each field signed by the store's secret.

Foxy's product verification accepts a field only if its name contains the HMAC-SHA256 of code,
parent code, name and value. So a visitor cannot alter code, name or price, or copy one from another
product. Omitted fields such as the quantity are not protected, and signatures never expire: an old
form still sells at the old price. Source: foxy.io/help, "Sign product forms with HMAC", read for
2026-11-24. The vendor's PHP library signs text with HTML's five special characters escaped, its
JavaScript library does not, so values keep none of them except `&`.
"""

import hmac
from typing import Final

_SAFE_CHARACTERS: Final = str.maketrans({
    "'": "\u2019", '"': "\u201d", "<": "\u2039", ">": "\u203a",
    "{": "(", "}": ")", "|": "/",
})  # fmt: skip
"""Replacements for quotes and brackets, which the signers escape differently, and for braces and
bars, Foxy's own notation of price changes."""


def signed_fields(secret: str, code: str, name: str, price: str) -> dict[str, str]:
    """Return the fields of a form by their signed names."""
    code = code.translate(_SAFE_CHARACTERS)
    values = {"code": code, "name": name.translate(_SAFE_CHARACTERS), "price": price}
    return {
        f"{field}||{_sign_field(secret, code, field, value)}": value
        for field, value in values.items()
    }


def _sign_field(secret: str, code: str, field: str, value: str) -> str:
    """Sign a field. The parent code is empty because our products have no parent."""
    # The vendor signs an ampersand in its escaped form.
    message = f"{code}{field}{value}".replace("&", "&amp;")
    return hmac.digest(secret.encode(), message.encode(), "sha256").hex()
