"""From an address to a decoded picture."""
