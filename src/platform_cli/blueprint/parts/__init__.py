"""The parts of a blueprint, one module each: its data, and the stores that it owns.

Each class has the same members: `compose` makes the part from a client's configuration, or returns
None where the client has no such part; `stores` and `log_alarms` list what it owns; `expiries` are
the prefixes that it uses in the shared data bucket and that expire; `swept` are the purposes of its
functions that a sweep calls. `compose` declares the
settings that it reads as a protocol, so that a part never imports the configuration.
"""
