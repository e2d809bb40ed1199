"""Rules of our own shop. They know no payment provider, no cloud and no page.

Each folder is a subject: catalog, inventory, cart, pricing, orders. Subjects do not import each
other. They share `types.py` and `writes.py`, and `flows/` combines them.
"""
