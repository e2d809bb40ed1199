"""Prices of a cart: discounts, shipping and taxes, to the minor unit."""
