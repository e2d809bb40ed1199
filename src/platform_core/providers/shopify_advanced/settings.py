"""The settings of a Shopify shop."""

from platform_core.providers._shopify.settings import Settings

__all__ = ["Settings"]
