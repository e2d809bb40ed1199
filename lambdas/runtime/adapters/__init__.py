"""AWS services behind the ports of `platform_core`."""
