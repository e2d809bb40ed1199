"""Prompts: the questions that commands ask a person in a terminal."""
