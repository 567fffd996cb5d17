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


def test_a_decay_that_fades_is_gone_at_the_end():
    pupil = Pupil(optimizer="adamw", weight_decay=1.0, learning_rate=0.1, decay_fades=True)
    optimizer, variables = pupil.stepper.optimizer, pupil.stepper.model.trainable_variables
    kernel = next(v for v in variables if v.name == "kernel")
    for progress, share in ((0.25, 0.9), (0.75, 0.95), (1.0, 1.0)):
        before = np.array(kernel)
        optimizer.shrink(variables, np.float32(progress))
        assert np.allclose(kernel, share * before, atol=1e-6)


@pytest.mark.parametrize("beta_2", [0.95, 0.999])
def test_a_step_of_adam_is_that_of_keras(beta_2):
    import keras
    import tensorflow as tf

    from core.training.adam import Adam

    ours, theirs = (keras.Variable(np.linspace(-1, 1, 7, dtype=np.float32)) for _ in range(2))
    for optimizer, variable in (
        (Adam(0.1, beta_2=beta_2), ours), (keras.optimizers.Adam(0.1, beta_2=beta_2), theirs),
    ):  # fmt: skip
        optimizer.build([variable])
        for scale in (1.0, -3.0, 0.01):
            optimizer.apply([tf.constant(scale * np.arange(7, dtype=np.float32))], [variable])
    assert np.allclose(ours, theirs, atol=1e-6)


def test_a_gradient_longer_than_allowed_is_shortened():
    free, held = (
        Pupil(optimizer="sgd", learning_rate=1.0, dropout=0.0, schedule="constant", clip_norm=c)
        for c in (0, 0.01)
    )
    moved = []
    for pupil in (free, held):
        (block,) = pupil.lesson.train.epoch(1)
        before = pupil.weights()
        pupil.stepper.run(pupil.stepper.load(block), block.order, 0, 1)
        moved.append(np.sqrt(sum(((a - b) ** 2).sum() for a, b in zip(before, pupil.weights()))))
    assert moved[0] > 0.011 and moved[1] == pytest.approx(0.01, rel=1e-3)


@pytest.mark.parametrize("clip_norm", [0, 0.01])
@pytest.mark.parametrize("name", OPTIMISERS)
def test_weights_with_a_pace_move_so_many_times_as_far(name, clip_norm):
    import keras

    from core.layers.pacing import paced, set_paced
    from core.layers.words import WordVectors

    pupil = Pupil()
    settings = pupil.settings | {
        "optimizer": name, "learning_rate": 0.1, "weight_decay": 0.0, "schedule": "constant", "clip_norm": clip_norm,
    }  # fmt: skip
    codes = np.arange(12, dtype=np.int32).reshape(6, 2)
    rows = Rows(inputs={"words": codes}, targets=np.array([0, 1] * 3, np.int32))
    moved = []
    for pace in (1.0, 5.0):
        entry = keras.Input((2,), dtype="int32", name="words")
        vectors, answer = WordVectors(12, 3, pace), keras.layers.Dense(2)
        model = keras.Model({"words": entry}, answer(keras.layers.GlobalAveragePooling1D()(vectors(entry))))
        set_paced(vectors.vectors, np.linspace(-1, 1, 36, dtype=np.float32).reshape(12, 3))
        answer.set_weights([np.linspace(-1, 1, 6, dtype=np.float32).reshape(3, 2), np.zeros(2, np.float32)])
        stepper, block = Stepper(model, pupil.task, settings, None), Block(rows=rows, order=np.arange(6))
        before = np.array(paced(vectors.vectors))
        stepper.run(stepper.load(block), block.order, 0, 1)
        moved.append(np.array(paced(vectors.vectors)) - before)
    assert np.abs(moved[0]).max() > 1e-5
    assert moved[1] == pytest.approx(5 * moved[0], rel=0.02, abs=1e-6)


def test_layers_that_follow_progress_are_told_it_step_by_step():
    pupil = Pupil(key="realmlp", units=[4], batch_size=32, epochs=2)
    (layer,) = [layer for layer in pupil.stepper.model.layers if hasattr(layer, "progress")]
    pupil.stepper.total_steps.assign(10)
    (block,) = pupil.lesson.train.epoch(1)
    pupil.stepper.run(pupil.stepper.load(block), block.order, 0, 4)
    assert float(layer.progress) == pytest.approx(0.3)  # of ten, three were done when the fourth began


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
