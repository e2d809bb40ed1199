"""The inputs of a build: the site's source, its facts, and the editor's files."""
