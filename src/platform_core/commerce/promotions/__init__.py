"""The uses of promotion codes."""
