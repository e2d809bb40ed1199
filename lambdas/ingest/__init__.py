"""Applies what the inbox keeps: content, one bump of the site, messages."""
