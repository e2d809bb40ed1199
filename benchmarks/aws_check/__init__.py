"""Checks the open assumptions of docs/aws.md on an account of AWS."""
