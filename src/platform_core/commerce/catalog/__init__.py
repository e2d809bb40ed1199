"""Products, their variants and their prices."""
