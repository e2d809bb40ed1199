"""Speed, measured as ratios and percentiles; never asserted in a test."""
