"""Play a vendor: recorded deliveries, personalized, signed and posted."""
