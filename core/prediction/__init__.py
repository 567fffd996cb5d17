"""Use a finished run on new rows, saying of each how far it can be trusted."""
