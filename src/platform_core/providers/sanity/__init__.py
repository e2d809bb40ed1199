"""Sanity: structured content with signed webhooks (HMAC over the vendor's time and the body)."""
