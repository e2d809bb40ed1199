"""Hostile input: in webhook requests, in vendors' responses and on the command line."""
