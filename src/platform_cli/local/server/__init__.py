"""The server process of the embedded cloud."""
