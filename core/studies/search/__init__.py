"""A search for good settings of one network, judged by the validation rows alone. Scores no test row."""
