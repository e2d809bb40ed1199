"""Read and validate a client's YAML file; the entry point is `load.load_client`."""
