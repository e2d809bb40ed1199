"""Foxy: a cart without a catalog, with signed form fields and signed order webhooks."""
