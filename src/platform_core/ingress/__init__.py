"""The webhook endpoint: verify a delivery, store it, answer."""
