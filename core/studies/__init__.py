"""Many models under one budget, on the same rows, each scored once. Knows nothing of pages."""
