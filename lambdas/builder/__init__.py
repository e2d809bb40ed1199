"""Decides when a site is built, completes its releases, and moves the pointer to them."""
