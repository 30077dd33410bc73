"""Takes bodies, people and seats in from files."""
