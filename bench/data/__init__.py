"""Made-up places, people and talk, in the shape of real ones, loaded in bulk."""
