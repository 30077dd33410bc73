"""The pages that say how this works, what is promised, and how the promises are kept."""
