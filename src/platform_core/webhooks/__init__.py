"""A webhook request and the signature schemes that prove where it comes from."""
