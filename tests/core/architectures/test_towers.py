"""The towers look at pictures and listen to sounds with convolutions, whatever stands beside them."""

import keras
import numpy as np
import pytest

from core.architectures import ARCHITECTURES
from tests.core.training.toys import toy


@pytest.mark.parametrize("made_for", ["image", "sound"])
def test_pictures_and_sounds_are_convolved_and_answers_do_not_depend_on_other_rows(made_for):
    t = toy("multiclass", made_for=made_for)
    model = ARCHITECTURES["towers"].assemble(t.task, t.specs, {}, 0, t.rows)
    convolutions = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
    assert convolutions and all(layer.name.startswith(f"{made_for}_1_") for layer in convolutions)
    together = np.asarray(model({name: values[:5] for name, values in t.rows.inputs.items()}))
    alone = np.asarray(model({name: values[:1] for name, values in t.rows.inputs.items()}))
    assert together.shape == (5, 3) and np.allclose(together[:1], alone, atol=1e-4)
    changed = {
        name: values[:5][::-1] if name == f"{made_for}_1" else values[:5]
        for name, values in t.rows.inputs.items()
    }
    assert not np.allclose(np.asarray(model(changed)), together, atol=1e-3)
