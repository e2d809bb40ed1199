"""Apply stored deliveries: content, events, and the request for a build."""
