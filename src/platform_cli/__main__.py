"""`python -m platform_cli`, and what the installed `platform` command calls."""

import sys

from platform_cli.cli import run


def main() -> None:
    """Never returns: ends the process with the exit code."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
