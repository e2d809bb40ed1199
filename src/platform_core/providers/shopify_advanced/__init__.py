"""Shopify on its plan Advanced: the same API, with lower fees and twice the rate limit."""
