"""The door of a client: takes a vendor's delivery, proves it, keeps it, answers."""
