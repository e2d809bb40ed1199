"""Strapi: a self-hosted CMS whose webhooks prove their sender by a header, and nothing else."""
