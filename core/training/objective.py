"""What a network's raw output means: the loss made small in training, and the prediction."""

from typing import TYPE_CHECKING

import numpy as np

from core.domain import Task

if TYPE_CHECKING:
    from collections.abc import Callable

    import tensorflow as tf

FOCAL_GAMMA = 2.0  # Lin et al. (2017), Focal loss for dense object detection, arXiv 1708.02002
HUBER_DELTA = 1.0  # in standard deviations of the target


def loss_function(name: str, task: Task) -> "Callable[[tf.Tensor, tf.Tensor], tf.Tensor]":
    """The loss of each row from (targets (n,), output (n, k)) to (n,), from logits where there are classes."""
    import tensorflow as tf

    def cross_entropy(y, output):
        if task.kind == "binary":
            return tf.nn.sigmoid_cross_entropy_with_logits(
                labels=tf.cast(y, output.dtype), logits=output[:, 0]
            )
        return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=output)

    def focal(y, output):
        each = cross_entropy(y, output)
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

    return {"cross_entropy": cross_entropy, "focal": focal, "mse": mse, "mae": mae, "huber": huber}[name]


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
