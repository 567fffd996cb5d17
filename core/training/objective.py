"""What a network's raw output means: the loss made small in training, and the prediction."""

import math
from typing import TYPE_CHECKING

import numpy as np

from core.domain import Task

if TYPE_CHECKING:
    from collections.abc import Callable

    import tensorflow as tf

FOCAL_GAMMA = 2.0  # Lin et al. (2017), Focal loss for dense object detection, arXiv 1708.02002
HUBER_DELTA = 1.0  # in standard deviations of the target
CLASSES_DECIDE = ("accuracy", "f1", "macro_f1")  # the metrics that do not look at probabilities


def loss_function(
    name: str, task: Task, smoothing: float = 0.0
) -> "Callable[[tf.Tensor, tf.Tensor], tf.Tensor]":
    """The loss of each row from (targets (n,), output (n, k)) to (n,), from logits where there are classes.

    Of a network that is several in one, output (n, members, k), it is the mean of the members'
    losses: each learns by itself, which makes their mean better than any of them.
    smoothing: the share of certainty taken from the true class and given to all alike.
    """
    import tensorflow as tf

    def certain(y, output):
        if task.kind == "binary":
            return tf.nn.sigmoid_cross_entropy_with_logits(
                labels=tf.cast(y, output.dtype), logits=output[:, 0]
            )
        return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=output)

    def cross_entropy(y, output):
        if not smoothing:
            return certain(y, output)
        if task.kind == "binary":
            labels = tf.cast(y, output.dtype) * (1.0 - smoothing) + 0.5 * smoothing
            return tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=output[:, 0])
        alike = -tf.reduce_mean(tf.nn.log_softmax(output), axis=-1)
        return (1.0 - smoothing) * certain(y, output) + smoothing * alike

    def focal(y, output):
        each = certain(y, output)
        p_true = tf.exp(-each)  # cross-entropy is −log p of the true class
        return (1.0 - p_true) ** FOCAL_GAMMA * each

    def mse(y, output):
        return tf.square(output[:, 0] - y)

    def mae(y, output):
        return tf.abs(output[:, 0] - y)

    def huber(y, output):
        error = tf.abs(output[:, 0] - y)
        quadratic = tf.minimum(error, HUBER_DELTA)
        return 0.5 * quadratic**2 + HUBER_DELTA * (error - quadratic)

    losses = {"cross_entropy": cross_entropy, "focal": focal, "mse": mse, "mae": mae, "huber": huber}

    def of_members(y, output):
        if len(output.shape) == 2:
            return losses[name](y, output)
        members, k = output.shape[1:]
        each = losses[name](tf.repeat(y, members), tf.reshape(output, (-1, k)))
        return tf.reduce_mean(tf.reshape(each, (-1, members)), axis=1)

    return of_members


def settle_smoothing(asked: float, task: Task) -> float:
    """Label smoothing where classes decide; none where the metric asks for honest probabilities."""
    return asked if task.metric in CLASSES_DECIDE else 0.0


def with_one_voice(output: "tf.Tensor", task: Task) -> "tf.Tensor":
    """The raw output of several networks in one, (n, members, k), as that of one: (n, k).

    It leads to the mean of the members' probabilities, or of their values.
    """
    import tensorflow as tf

    if len(output.shape) == 2:
        return output
    if task.kind == "regression":
        return tf.reduce_mean(output, axis=1)

    def log_mean(logs):
        return tf.reduce_logsumexp(logs, axis=1) - math.log(output.shape[1])

    if task.kind == "binary":  # the logit of a mean is log p − log(1 − p)
        return log_mean(tf.math.log_sigmoid(output)) - log_mean(tf.math.log_sigmoid(-output))
    return log_mean(tf.nn.log_softmax(output))


def to_prediction(output: np.ndarray, task: Task) -> np.ndarray:
    """Raw output (n, k) → probabilities (n, classes) in the task's order, or standardised values (n,)."""
    output = output.astype(np.float64)
    if task.kind == "regression":
        return output[:, 0]
    if task.kind == "binary":
        positive = 1.0 / (1.0 + np.exp(-np.clip(output[:, 0], -500, 500)))
        return np.column_stack([1.0 - positive, positive])
    shifted = np.exp(output - output.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)


def balanced_class_weights(counts: np.ndarray) -> np.ndarray:
    """(n_classes,) float32 from the rows of each class: n / (n_classes · count), so that each class
    weighs the same in all."""
    return (counts.sum() / (len(counts) * np.maximum(counts, 1))).astype(np.float32)
