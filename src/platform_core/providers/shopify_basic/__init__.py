"""Shopify: a shop whose webhooks contain the whole product, or only the id of a deleted one."""
