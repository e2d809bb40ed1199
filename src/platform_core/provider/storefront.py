"""Buy buttons of a site's pages, independent of the provider."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

PAGE: Final = "\0page"
"""Placeholder in a `Buy` for the address of the product's own page. Only the feed can fill it in,
because the final slug of a product depends on the other products."""


@dataclass(frozen=True, slots=True)
class Buy:
    """The way a visitor buys one variant. It keeps provider names out of the templates.

    kind `link`: a plain link to `href`. `form`: a form that posts `fields` to `href`.
    `button`: a button with `css_class` and `attributes`, driven by `Storefront.scripts`.
    A value that is `PAGE` becomes the address of the product's page.
    """

    kind: str
    href: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    css_class: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Storefront:
    """Resources that every page of a shop loads (absolute URLs) and the origins its CSP allows."""

    scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    html: str = ""
