"""Apply stored deliveries again on request."""
