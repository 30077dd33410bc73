"""Takes maps and postcodes in from files, and says what every importer says."""
