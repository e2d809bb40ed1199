"""Benchmarks: ratios and percentiles of speed, and losses under faults. No test asserts them."""
