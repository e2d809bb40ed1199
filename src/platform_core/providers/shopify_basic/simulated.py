"""The simulation of a Shopify shop."""

from platform_core.providers._shopify.simulated import Simulated

__all__ = ["Simulated"]
