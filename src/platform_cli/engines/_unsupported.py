"""Describe features of a site that need a server or a certain host."""

from dataclasses import dataclass

NEVER = r"(?!)"
"""A pattern that matches nothing."""


@dataclass(frozen=True, slots=True)
class UnsupportedFeature:
    """A feature that does not work as files alone: its traces in a site, and a way out."""

    message: str
    way_out: str
    text: str = NEVER
    """Pattern of the texts that use it."""
    path: str = NEVER
    """Pattern of the paths of its files, below the root of the site."""
    unless: str = NEVER
    """Pattern of a text somewhere in the site with which it works."""
    unless_path: str = NEVER
    """Pattern of the path of a file with which it works."""
