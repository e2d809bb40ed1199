"""Look at an existing site, and find what its client's file needs. Nothing of the site runs."""
