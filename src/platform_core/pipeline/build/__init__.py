"""Decide when a site is built, start the build and complete it."""
