"""How fast is it? The same work as in production, measured beside a bare Django page."""
