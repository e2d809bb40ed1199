"""Views of recommendations, costs and prices."""
