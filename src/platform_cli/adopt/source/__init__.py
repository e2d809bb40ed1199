"""The source of a site: a folder, or a repository that is read without a checkout."""
