import numpy as np
import pytest

from core.domain import TaskKind
from core.errors import BadInput
from core.training.knobs import LOSSES, settle_loss
from core.training.objective import (
    balanced_class_weights,
    loss_function,
    settle_smoothing,
    to_prediction,
    with_one_voice,
)
from tests.core.training.toys import TASKS


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_is_zero_for_a_sure_and_right_answer_and_more_for_a_wrong_one(name):
    for kind in LOSSES[name]:
        y, right, wrong = answers(kind)
        loss = loss_function(name, TASKS[kind])
        good, bad = np.asarray(loss(y, right)), np.asarray(loss(y, wrong))
        assert good.shape == (len(y),) and np.allclose(good, 0, atol=1e-6) and (bad > 0.5).all()


@pytest.mark.parametrize("name", LOSSES)
def test_no_loss_has_a_gradient_that_is_no_number_however_sure_the_answer(name):
    import tensorflow as tf

    for kind in LOSSES[name]:
        y, right, _ = answers(kind)
        for scale in (-10.0, 0.0, 1.0, 10.0):
            output = tf.Variable(right * scale)
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum(loss_function(name, TASKS[kind])(y, output))
            assert np.isfinite(np.asarray(tape.gradient(loss, output))).all(), (kind, scale)


def answers(kind: TaskKind):
    """(targets, outputs that are sure and right, outputs that are wrong)."""
    import tensorflow as tf

    if kind == "regression":
        y = np.array([1.0, -2.0], np.float32)
        return tf.constant(y), tf.constant(y[:, None]), tf.constant(y[:, None] + 5)
    y = np.array([0, 1], np.int32)
    if kind == "binary":
        right = np.array([[-40.0], [40.0]], np.float32)
    else:
        right = 40 * np.eye(3, dtype=np.float32)[y]
    return tf.constant(y), tf.constant(right), tf.constant(-right)


def test_a_loss_that_does_not_suit_the_task_is_refused_with_those_that_do():
    assert settle_loss("auto", "binary") == "cross_entropy" and settle_loss("auto", "regression") == "mse"
    with pytest.raises(BadInput, match="Choose one of: mse, mae, huber"):
        settle_loss("cross_entropy", "regression")


@pytest.mark.parametrize("kind", ["binary", "multiclass"])
def test_probabilities_add_up_to_one_however_large_the_output(kind):
    width = 1 if kind == "binary" else 3
    output = np.array([[-1e30] * width, [0.0] * width, [1e30] * width], np.float32)
    prediction = to_prediction(output, TASKS[kind])
    assert np.isfinite(prediction).all() and np.allclose(prediction.sum(axis=1), 1)
    assert prediction.dtype == np.float64


def test_the_logit_of_a_binary_task_speaks_of_its_second_class():
    assert to_prediction(np.array([[3.0]]), TASKS["binary"])[0, 1] > 0.9


def test_balanced_weights_give_each_class_the_same_say():
    targets = np.array([0] * 6 + [1] * 3 + [2])
    weights = balanced_class_weights(np.bincount(targets, minlength=4))
    assert weights.dtype == np.float32 and np.isfinite(weights).all(), "a class without rows is no trouble"
    sums = [weights[c] * (targets == c).sum() for c in range(3)]
    assert np.allclose(sums, sums[0])


@pytest.mark.parametrize("kind", TASKS)
def test_members_learn_from_their_own_losses_and_answer_with_their_mean(kind):
    rng, width = np.random.default_rng(0), 3 if kind == "multiclass" else 1
    output = rng.normal(size=(6, 4, width)).astype(np.float32)
    y = rng.normal(size=6).astype(np.float32) if kind == "regression" else np.arange(6, dtype=np.int32) % 2
    loss = loss_function("mse" if kind == "regression" else "cross_entropy", TASKS[kind])
    alone = np.mean([np.asarray(loss(y, output[:, i])) for i in range(4)], axis=0)
    assert np.allclose(loss(y, output), alone, atol=1e-6)
    said = to_prediction(np.asarray(with_one_voice(output, TASKS[kind])), TASKS[kind])
    each = [to_prediction(output[:, i], TASKS[kind]) for i in range(4)]
    assert np.allclose(said, np.mean(each, axis=0), atol=1e-6)


@pytest.mark.parametrize("kind", ["binary", "multiclass"])
def test_smoothing_takes_certainty_from_the_true_class(kind):
    y, right, _ = answers(kind)
    loss = loss_function("cross_entropy", TASKS[kind], 0.1)
    assert (np.asarray(loss(y, right)) > 1).all(), "to be as sure as can be is a mistake now"
    k, output = len(TASKS[kind].classes), right / 40
    p = to_prediction(np.asarray(output), TASKS[kind])
    wanted = 0.9 * np.eye(k)[np.asarray(y)] + 0.1 / k
    assert np.allclose(loss(y, output), -(wanted * np.log(p)).sum(axis=1), atol=1e-5)


def test_smoothing_is_left_off_where_the_metric_asks_for_honest_probabilities():
    assert settle_smoothing(0.1, TASKS["multiclass"]) == 0.1  # judged by accuracy
    assert settle_smoothing(0.1, TASKS["binary"]) == 0.0  # by AUC
