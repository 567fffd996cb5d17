import numpy as np
import pytest

from core.modalities import InputSpec
from core.modalities.embed import embed_inputs

NUMERIC = InputSpec(name="numeric", shape=(3,), dtype="float32", feature_names=("a", "b", "c"))
CATEGORY = InputSpec(
    name="category", shape=(2,), dtype="int32", feature_names=("d", "e/ ü"), vocabulary=(10, 1002)
)


@pytest.mark.parametrize(
    ("specs", "width"),
    [((NUMERIC,), 3), ((CATEGORY,), 4 + 16), ((NUMERIC, CATEGORY), 3 + 4 + 16)],
    ids=["numbers", "codes", "both"],
)
def test_all_inputs_join_into_one_tensor(specs, width):
    import keras

    entries, joined = embed_inputs({s.name: s for s in specs})
    network = keras.Model(entries, joined)
    rows = {s.name: np.ones((5, *s.shape), dtype=s.dtype) for s in specs}
    assert np.asarray(network(rows)).shape == (5, width)
