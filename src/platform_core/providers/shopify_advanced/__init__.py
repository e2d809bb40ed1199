"""Shopify on its plan Advanced: the same shop, with lower fees and twice the calls a second."""
