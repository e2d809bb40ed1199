"""Redirects and headers of a site, read from the configuration files of other hosts."""
