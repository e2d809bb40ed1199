"""`python -m platform_cli`, and what the installed `platform` command calls."""

import gc
import sys

from platform_cli.cli import run

SELDOM = 100_000
"""New objects before the collector looks for cycles. A call lives for seconds and keeps most of
what it makes: over a thousand clients, looking for rubbish was a tenth of the work."""


def main() -> None:
    """Never returns: ends the process with the exit code."""
    gc.set_threshold(SELDOM)
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
