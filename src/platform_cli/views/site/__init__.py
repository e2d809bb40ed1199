"""Views of what belongs to a site."""
