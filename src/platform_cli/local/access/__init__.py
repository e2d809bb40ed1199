"""Access control of the embedded cloud: keys, their roles, and accepted hosts."""
