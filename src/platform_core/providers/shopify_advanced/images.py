"""Addresses of resized images, as all plans of Shopify have them."""

from platform_core.providers._shopify.images import resize

__all__ = ["resize"]
