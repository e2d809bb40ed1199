"""Shopify: a shop whose webhooks carry the whole product, or only its id when it is gone."""
