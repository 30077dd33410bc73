from communities.markup import LONGEST_TEXT, render, storable

__all__ = ["LONGEST_TEXT", "render", "storable"]
