"""Building blocks that providers share. No provider lives here."""
