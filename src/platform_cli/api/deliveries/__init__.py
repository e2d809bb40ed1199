"""Use cases of webhook deliveries: inspect, replay and send them; work through dead letters."""
