"""A deterministic simulation of a client under faults.

The entry point, ingest and builder of the core run on the in-memory ports of `tests.fakes`, one at
a time, on a virtual clock. A seed decides everything else: the edits, the lost, repeated and late
messages, the crashes of workers, and the outages of stores. `invariants` lists the properties that
hold in every run.
"""
