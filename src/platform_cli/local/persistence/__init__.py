"""A journal and snapshots: the embedded cloud keeps what it acknowledged."""
