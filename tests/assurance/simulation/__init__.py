"""A deterministic simulation of a client in bad weather.

The core's own door, ingest and builder run on the in-memory ports of `tests.fakes.pipeline`, one at a time,
on a virtual clock; one seed decides everything else: who edits what, which message is lost, doubled
or late, where a worker dies, which store is away. `invariants` says what must hold all the same.
"""
