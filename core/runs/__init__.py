"""One folder a run, an index over all of them, and the events of models in training. Trains nothing."""
