"""The double of every Shopify shop."""

from platform_core.providers._shopify.simulated import Simulated

__all__ = ["Simulated"]
