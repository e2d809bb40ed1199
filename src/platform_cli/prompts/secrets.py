"""The value of a secret, from a person or from another program."""

import sys

from platform_cli.screen import Screen


def read_secret(screen: Screen, name: str) -> str:
    """Return the value that another program writes to stdin; without one, ask for it."""
    if sys.stdin is not None and not sys.stdin.isatty():
        return sys.stdin.read().strip("\r\n")
    return screen.ask_secret(f"Value of {name}:", flag="the value on stdin")
