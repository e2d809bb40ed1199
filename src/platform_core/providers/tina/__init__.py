"""TinaCMS: content is files on GitHub; TinaCloud, or the repository itself, says which changed."""
