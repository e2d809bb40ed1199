"""Real processes, real HTTP, real `kill -9`: what a vendor was promised is there at the end."""
