"""The builder: decides when a site is built, completes its releases, moves the pointer."""
