"""Speed, as ratios and percentiles, and what is left after a disaster; no test asserts either."""
