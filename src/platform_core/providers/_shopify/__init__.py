"""Shared code of the Shopify providers: one vendor and one API for all plans.

Not a provider: discovery skips folders with a leading underscore. Each provider uses these modules
under its own name.
"""
