"""The demonstration council: invented places and people, and what they said to each other."""
