"""Orders: their states, the transitions between them, and the next step of a checkout."""
