"""Use cases of the catalog: providers, engines, their combinations, and stack types."""
