"""Entry point of `python -m platform_cli` and of the installed `platform` command."""

import gc
import sys

from platform_cli.cli import run

GC_THRESHOLD = 100_000
"""Number of new objects between garbage collections. A call runs for seconds and keeps most of its
objects. With a thousand clients, the default threshold spent a tenth of the time on collection."""


def main() -> None:
    """Run the command line and exit the process with its exit code."""
    gc.set_threshold(GC_THRESHOLD)
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
