import numpy as np
import pytest

from core.training.batches import Block, Rows
from core.training.knobs import TRAINING_KNOBS
from core.training.step import Stepper, make_optimizer
from tests.core.training.lessons import Pupil

OPTIMISERS = next(k for k in TRAINING_KNOBS if k.name == "optimizer").choices


@pytest.mark.parametrize("name", OPTIMISERS)
def test_every_optimiser_the_form_offers_exists_at_the_rate_asked_for(name):
    settings = {k.name: k.default for k in TRAINING_KNOBS} | {"optimizer": name, "learning_rate": 0.25}
    optimizer = make_optimizer(settings)
    assert float(optimizer.learning_rate) == 0.25
    assert type(optimizer).__name__.lower() == {"momentum": "sgd"}.get(name, name)


def test_decay_spares_biases(tmp_path):
    pupil = Pupil(optimizer="adamw", weight_decay=1.0, learning_rate=0.1, batch_norm=True)
    before = {v.path: np.array(v) for v in pupil.stepper.model.trainable_variables}
    pupil.stepper.optimizer.shrink(pupil.stepper.model.trainable_variables, np.float32(0))
    after = {v.path: np.array(v) for v in pupil.stepper.model.trainable_variables}
    for path, values in before.items():
        if path.split("/")[-1] in ("kernel", "embeddings"):
            assert np.allclose(after[path], 0.9 * values, atol=1e-7)
    spared = [path for path in before if np.array_equal(before[path], after[path])]
    decayed = {v.path for v in pupil.stepper.model.trainable_variables} - set(spared)
    assert spared and all(path.split("/")[-1] in ("bias", "gamma", "beta") for path in spared)
    assert all(path.split("/")[-1] in ("kernel", "embeddings") for path in decayed)


def test_steps_taken_in_one_call_or_in_many_lead_to_the_same_weights():
    at_once, one_by_one = Pupil(dropout=0.3), Pupil(dropout=0.3)
    for pupil, chunk in ((at_once, 5), (one_by_one, 1)):
        (block,) = pupil.lesson.train.epoch(1)
        tensors = pupil.stepper.load(block)
        for first in range(0, 5, chunk):
            pupil.stepper.run(tensors, block.order, first, chunk)
    for a, b in zip(at_once.weights(), one_by_one.weights(), strict=True):
        assert np.array_equal(a, b)


def test_the_summed_loss_counts_each_row_once_also_in_a_smaller_last_batch():
    pupil = Pupil(learning_rate=1e-6, optimizer="sgd", batch_size=48, dropout=0.0)  # 160 = 3 · 48 + 16
    (block,) = pupil.lesson.train.epoch(1)
    before = pupil.stepper.mean_loss(block.rows.targets, pupil.stepper.outputs(block.rows))
    total = pupil.stepper.run(pupil.stepper.load(block), block.order, 0, 4)
    assert total / 160 == pytest.approx(before, rel=1e-3)


def test_class_weights_make_a_rare_class_count_as_much():
    pupil = Pupil("multiclass", learning_rate=1e-6, optimizer="sgd", batch_size=1000, dropout=0.0)
    rows = pupil.lesson.train.rows
    kept = np.flatnonzero((rows.targets != 2) | (np.arange(rows.n) % 10 == 0))
    rare = Rows(inputs={k: v[kept] for k, v in rows.inputs.items()}, targets=rows.targets[kept])
    from core.training.objective import balanced_class_weights

    weights = balanced_class_weights(np.bincount(rare.targets, minlength=3))
    stepper = Stepper(pupil.stepper.model, pupil.task, pupil.settings, weights)
    block = Block(rows=rare, order=np.arange(rare.n, dtype=np.int32))
    weighed = stepper.run(stepper.load(block), block.order, 0, 1) / rare.n
    outputs = stepper.outputs(rare)
    each = [stepper.mean_loss(rare.targets[rare.targets == c], outputs[rare.targets == c]) for c in range(3)]
    assert weighed == pytest.approx(np.mean(each), rel=1e-3)


def test_no_rows_give_no_outputs():
    pupil = Pupil(key="linear")
    empty = pupil.validation.take(np.arange(0))
    assert len(pupil.stepper.outputs(empty)) == 0
