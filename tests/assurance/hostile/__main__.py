"""Send a million hostile requests to the webhook endpoint and print the outcomes.

    python -m tests.assurance.hostile --requests 1000000 [--first-seed 0] [--workers 2]

Prints a line for each provider. **False** counts accepted requests without a valid signature, and
**5xx** errors outside an outage (one request in twenty meets an outage and may be **put off**). The
seeds of both are printed. Slowest is in milliseconds of CPU time; peak is in MB for the whole
process.
"""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from multiprocessing import get_context

from platform_core import providers
from tests.assurance.hostile.attack import BROKEN, HEAD, Tally, attacked


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.assurance.hostile")
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args(arguments)
    names = providers.provider_names()
    each = -(-options.requests // len(names))
    say = sys.stdout.write
    say(f"{'provider':18}" + "".join(f"{word:>11}" for word in HEAD) + "\n")
    whole = Tally("all")
    with ProcessPoolExecutor(options.workers, get_context("spawn"), max_tasks_per_child=1) as pool:
        for tally in pool.map(attacked, names, repeat(each), repeat(options.first_seed)):
            say(tally.row() + "\n")
            whole.counts += tally.counts
            whole.seeds += tally.seeds
            whole.slowest = max(whole.slowest, tally.slowest)
            whole.peak = max(whole.peak, tally.peak)
    say("\n".join([whole.row(), *whole.seeds]) + "\n")
    return int(any(whole.counts[word] for word in BROKEN))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
