"""Pictures of every page: who sees it, how wide, light and dark, and one sheet of them all."""
