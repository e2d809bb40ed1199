"""Building blocks for the rich text of several vendors."""
