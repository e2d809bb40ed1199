"""Where a client runs: AWS or the embedded cloud, and what is deployed there."""
