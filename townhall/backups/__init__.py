"""Back-ups of database and pictures: made, checked, restored."""
