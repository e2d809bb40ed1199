"""Foxy: a cart without a catalogue; forms with signed fields, orders by signed webhooks."""
