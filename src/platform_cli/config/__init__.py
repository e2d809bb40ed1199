"""A client's YAML, read with positions and checked: `load.load_client` gives the model."""
