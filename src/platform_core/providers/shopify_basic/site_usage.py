"""Recognize a Shopify shop in a site."""

from platform_core.providers._shopify.site_usage import find_usage

__all__ = ["find_usage"]
