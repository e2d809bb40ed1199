"""Hostile input: at the door, in what vendors say, and in what people hand to the command line."""
