"""Every page and act, asked for as every kind of person: what costs the database too much."""
