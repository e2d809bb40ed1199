"""Views of entries that appear one by one, while a command runs."""
