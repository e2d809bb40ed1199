"""Use cases of client files: scaffold, list and validate them; no cloud is involved."""
