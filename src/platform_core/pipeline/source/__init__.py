"""The source of a site that renders the files of its own repository."""
