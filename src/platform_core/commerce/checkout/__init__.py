"""The checkout form, and the id of the order that comes from it."""
