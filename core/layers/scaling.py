"""A factor a feature, learned: which features matter, found before the first hidden layer."""

from core.layers.pacing import Paced, paced


class Scaling(Paced):
    """(members, batch, d) → the same times a factor for each member and feature, 1 at first.

    Source: Holzmüller et al. (2024), Better by default, arXiv 2407.04491, section 3.
    """

    def __init__(self, *, pace: float, **kwargs):
        super().__init__(**kwargs)
        self.pace = pace

    def build(self, input_shape):
        self.factor = self.add_paced("factor", (input_shape[0], 1, input_shape[-1]), "ones", self.pace)

    def call(self, x):
        return x * paced(self.factor)

    def compute_output_shape(self, input_shape):
        return input_shape
