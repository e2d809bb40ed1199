"""Read the files of a repository: their names, their front matter, their images and rich text."""
