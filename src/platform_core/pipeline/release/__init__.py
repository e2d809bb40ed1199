"""Check a build's output, make it the live release, and delete old releases."""
