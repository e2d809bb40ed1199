"""Use cases of builds and releases: build the site, list its releases, roll back."""
