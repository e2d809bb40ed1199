"""The pipeline's ports in memory: stores with the same conditions, and a clock that tests move.

Every call of a port passes `Steps`, where a test can crash the caller before or after the effect,
or run another worker in between.
"""

from tests.fakes.pipeline.inbox import MemoryDeliveries
from tests.fakes.pipeline.rows import MemoryContent, MemoryRecords, MemorySite, MemoryWatches
from tests.fakes.pipeline.services import MemoryObjects, MemoryPointer
from tests.fakes.pipeline.steps import DEATHS, T0, Clock, Crash, Died, Steps
from tests.fakes.pipeline.vendor import article
from tests.fakes.pipeline.world import World

__all__ = [
    "DEATHS",
    "T0",
    "Clock",
    "Crash",
    "Died",
    "MemoryContent",
    "MemoryDeliveries",
    "MemoryObjects",
    "MemoryPointer",
    "MemoryRecords",
    "MemorySite",
    "MemoryWatches",
    "Steps",
    "World",
    "article",
]
