"""Contentful: an enterprise CMS whose webhooks sign method, path, chosen headers and body."""
