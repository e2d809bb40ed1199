"""Content that is files in a Git repository: what providers share whose editors commit to a host.

No provider itself: a leading underscore hides it from discovery.
"""
