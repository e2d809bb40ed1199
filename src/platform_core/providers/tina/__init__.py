"""TinaCMS: content is files on GitHub; TinaCloud or GitHub sends the paths of changed files."""
