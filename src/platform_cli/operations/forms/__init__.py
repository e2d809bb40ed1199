"""The contact forms of a deployed client."""
