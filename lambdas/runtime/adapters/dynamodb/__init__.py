"""The tables of a client behind the ports of `platform_core`."""
