"""The content feed that every site is built from."""
