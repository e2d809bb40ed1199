"""Sanity: structured content with signed webhooks (HMAC of the vendor's time and the body)."""
