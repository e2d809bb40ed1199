"""The webhook router: receives a delivery, verifies it, stores it, answers."""
