"""Decap CMS on GitHub or GitLab: content is files, and a webhook only says which changed."""
