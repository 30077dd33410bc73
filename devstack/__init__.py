"""Set up, start and stop everything that the site needs on a machine of one's own."""
