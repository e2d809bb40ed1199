"""Reads the unified content: `GET /content`, `GET /content/{id}`."""
