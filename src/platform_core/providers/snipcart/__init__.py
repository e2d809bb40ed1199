"""Snipcart: a cart for any page. Its webhooks only prove that Snipcart called."""
