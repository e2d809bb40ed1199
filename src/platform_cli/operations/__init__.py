"""Operate a deployed client: deliveries, builds, releases, webhooks, logs."""
