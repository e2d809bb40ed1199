"""Shared code of providers whose editors commit content files to a Git host.

Not a provider: discovery skips folders with a leading underscore.
"""
