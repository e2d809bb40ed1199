"""Views: turn a value of `api` into a table, text or JSON data."""
