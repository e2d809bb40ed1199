"""What every provider of the Shopify family shares: one vendor, one API, whatever the plan.

No provider itself: a folder with a leading underscore is not discovered. Each provider binds these
modules to its own name.
"""
