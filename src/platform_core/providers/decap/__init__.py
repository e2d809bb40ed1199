"""Decap CMS on GitHub or GitLab: content is files, and a webhook only names the changed ones."""
