"""Takes conversations in that were held elsewhere."""
