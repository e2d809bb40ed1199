"""Snipcart: a cart over any page; its webhooks prove nothing but that Snipcart called."""
