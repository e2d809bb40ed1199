"""Run all benchmarks, one after the other: `make bench`."""

import json
import sys

from benchmarks import ack, batching, bounds, pipeline, startup
from benchmarks.chaos import __main__ as chaos

print(json.dumps({"startup": startup.measure()}, indent=2), flush=True)
ack.main()
batching.main()
bounds_exit_code = bounds.main()
pipeline.main([])
sys.exit(chaos.main([]) or bounds_exit_code)
