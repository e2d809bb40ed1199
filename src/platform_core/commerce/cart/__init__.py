"""Carts: their lines, and the order that is being paid."""
