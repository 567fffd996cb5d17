"""How good a prediction is, how sure that is, and which model to use. NumPy only."""
