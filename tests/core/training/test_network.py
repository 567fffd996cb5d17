import numpy as np
import pytest

from core.errors import FathomError
from core.training.network import WEIGHTS, load_network, save_weights
from tests.core.training.lessons import Pupil
from tests.core.training.toys import toy


@pytest.fixture
def saved(tmp_path):
    pupil = Pupil("regression")
    return tmp_path, pupil, save_weights(pupil.stepper.model, tmp_path)


def load(folder, pupil, sha256):
    return load_network(
        folder, "mlp", pupil.settings | {"loss": "auto"}, toy("regression").preparation, pupil.task, sha256
    )


def test_a_network_comes_back_with_its_predictions_in_the_targets_unit(saved):
    folder, pupil, sha256 = saved
    got = load(folder, pupil, sha256).predict(pupil.validation.inputs)
    assert np.array_equal(got, pupil.network.predict(pupil.validation.inputs))
    assert [p.name for p in folder.iterdir()] == [WEIGHTS]


def test_weights_that_were_changed_since_are_refused(saved):
    folder, pupil, sha256 = saved
    content = bytearray((folder / WEIGHTS).read_bytes())
    content[-1] ^= 1
    (folder / WEIGHTS).write_bytes(content)
    with pytest.raises(FathomError, match="not the ones this run saved"):
        load(folder, pupil, sha256)


def test_predicting_is_timed_by_the_row(saved):
    _, pupil, _ = saved
    prediction, us_per_row = pupil.network.timed_predict(pupil.validation)
    assert len(prediction) == pupil.validation.n and us_per_row > 0


def test_weights_of_a_network_that_is_built_otherwise_by_now_are_refused_in_a_sentence(saved):
    folder, pupil, sha256 = saved
    pupil.settings = pupil.settings | {"units": [5]}
    with pytest.raises(FathomError, match="no longer fit"):
        load(folder, pupil, sha256)
