"""All figures, one after the other: `make bench`."""

import json

from benchmarks import ack, pipeline, startup

print(json.dumps({"startup": startup.measure()}, indent=2), flush=True)
ack.main()
pipeline.main([])
