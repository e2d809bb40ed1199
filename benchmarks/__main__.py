"""All figures, one after the other: `make bench`."""

import json

from benchmarks import pipeline, startup

print(json.dumps({"startup": startup.measure()}, indent=2), flush=True)
pipeline.main([])
