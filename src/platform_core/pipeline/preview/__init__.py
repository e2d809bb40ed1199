"""Previews: builds of the site beside the live one, each with an address and an end."""
