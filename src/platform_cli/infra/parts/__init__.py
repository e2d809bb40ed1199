"""One construct for each part of a blueprint."""
