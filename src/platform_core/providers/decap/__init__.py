"""Decap CMS on GitHub: content is files in a repository, a webhook only says which changed."""
