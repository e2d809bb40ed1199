"""Ingest: applies stored deliveries, counts the changes and publishes events."""
