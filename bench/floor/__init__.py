"""The least that Django does for a list page: one view, one query, twenty rows."""
