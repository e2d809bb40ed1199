"""Any sender that follows Standard Webhooks and speaks of content in the shape of `content.py`."""
