"""One network, from prepared rows to weights. Knows nothing of runs, budgets or pages."""
