"""The login relay: an editor in the browser gets a token of GitHub without knowing a secret."""
