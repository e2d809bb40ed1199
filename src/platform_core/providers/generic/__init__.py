"""Any sender that follows Standard Webhooks and sends content in the shape of `content.py`."""
