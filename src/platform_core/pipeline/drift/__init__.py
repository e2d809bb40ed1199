"""Compare each vendor's listing with the deliveries that came in."""
