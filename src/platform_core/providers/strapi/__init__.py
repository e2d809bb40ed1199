"""Strapi: a self-hosted CMS whose webhooks prove their sender only by a secret header."""
