"""The unified content model, and the rules for its text, money and versions."""
