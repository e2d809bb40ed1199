"""The settings of every Shopify shop."""

from platform_core.providers._shopify.settings import Settings

__all__ = ["Settings"]
