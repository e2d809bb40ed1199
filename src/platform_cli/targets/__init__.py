"""Targets of a deployment, AWS or the embedded cloud, and the deployed stacks."""
