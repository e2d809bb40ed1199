"""Chaos benchmark: real processes, HTTP and `kill -9`. No acknowledged delivery may be lost."""
