"""Use cases of daily operations: secrets, webhooks, logs, content, checks, the embedded cloud."""
