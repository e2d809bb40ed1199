"""Colours of the terminal, as parameters of the ANSI sequence."""

BOLD, DIM, RED, YELLOW, GREEN = "1", "2", "1;31", "33", "32"
