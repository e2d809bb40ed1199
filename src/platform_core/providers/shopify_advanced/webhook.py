"""Verifies deliveries like every Shopify provider."""

from platform_core.providers._shopify.webhook import SIGNATURE, delivery_key, topic

__all__ = ["SIGNATURE", "delivery_key", "topic"]
