"""Contact forms: a visitor's entry, from the request to the mail. Standard library only."""
