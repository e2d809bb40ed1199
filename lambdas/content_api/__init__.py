"""The content API: `GET /content`, `GET /content/{id}`."""
