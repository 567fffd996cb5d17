"""Many training steps as one call into TensorFlow. Knows nothing of epochs, files or pages.

A Python loop costs more than a small network's arithmetic: the rows stay in TensorFlow's
memory, and one graph gathers a batch, takes the gradient and applies it, step after step.
(Keras does the same with `steps_per_execution`; this leaves out the iterator as well.)
"""

import math
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from core.domain import Task
from core.training.batches import Block, Rows
from core.training.objective import loss_function, settle_smoothing, with_one_voice
from core.training.schedule import factor

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

PREDICT_BATCH = 8192
PREDICT_CELLS = 2_000_000  # of inputs at a time: what convolutions make of them is many times as much


class Stepper:
    """A network with its optimiser, stepped in chunks.

    settings: the training knobs, settled; `loss` already named. class_weights: (classes,) or None.
    The last batch of a block may be smaller, as in Keras. Layers with a weight `progress` are told
    the share of training done, step by step.
    """

    def __init__(
        self, model: "keras.Model", task: Task, settings: dict[str, Any], class_weights: np.ndarray | None
    ):
        import tensorflow as tf

        self.model = model
        self.optimizer = make_optimizer(settings)
        self.optimizer.build(model.trainable_variables)
        self.base_rate = tf.Variable(settings["learning_rate"], dtype=tf.float32, trainable=False)
        self.step = tf.Variable(0, dtype=tf.int64, trainable=False)
        self.total_steps = tf.Variable(1, dtype=tf.int64, trainable=False)
        self._since = tf.Variable(0, dtype=tf.int64, trainable=False)
        self._share = tf.Variable(0.0, dtype=tf.float32, trainable=False)
        self._settings = settings
        self._loss = loss_function(settings["loss"], task)
        self._lesson = loss_function(
            settings["loss"], task, settle_smoothing(settings["label_smoothing"], task)
        )
        self._class_weights = class_weights
        self._follow_progress = [layer for layer in model.layers if hasattr(layer, "progress")]
        # without autograph, which reads the source of every layer: seconds for a network of some size
        self._run = tf.function(self._steps, reduce_retracing=True, autograph=False)
        self._seeing = make_seeing(model, task)

    def pace(self, total_steps: int, *, since: int = 0, share: float = 0.0) -> None:
        """Let every schedule end after total_steps, of which it has done that share at step `since`."""
        self.total_steps.assign(max(1, since + 1, total_steps))
        self._since.assign(since)
        self._share.assign(share)

    def load(self, block: Block) -> "tuple[dict[str, tf.Tensor], tf.Tensor]":
        """The block's rows as tensors, to be stepped through without copying again."""
        import tensorflow as tf

        inputs = {name: tf.convert_to_tensor(values) for name, values in block.rows.inputs.items()}
        return inputs, tf.convert_to_tensor(block.rows.targets)

    def run(
        self, tensors: "tuple[dict[str, tf.Tensor], tf.Tensor]", order: "tf.Tensor", first: int, n: int
    ) -> float:
        """Take n steps of the block from its step `first`; the sum of the rows' losses."""
        import tensorflow as tf

        inputs, targets = tensors
        return float(self._run(inputs, targets, order, tf.constant(first), tf.constant(n)))

    def _steps(self, inputs, targets, order, first, n):
        import tensorflow as tf

        batch, n_rows = self._settings["batch_size"], tf.shape(order)[0]

        def one(number, total):
            rows = order[number * batch : tf.minimum((number + 1) * batch, n_rows)]
            x = {name: tf.gather(values, rows) for name, values in inputs.items()}
            return number + 1, total + self._one_step(x, tf.gather(targets, rows))

        return tf.while_loop(
            lambda number, total: number < first + n, one, (first, tf.constant(0.0)), parallel_iterations=1
        )[1]

    def _one_step(self, x, y):
        import tensorflow as tf

        from core.layers.pacing import pace_of

        variables = self.model.trainable_variables
        gone = tf.cast(self.step - self._since, tf.float32)
        ahead = tf.cast(self.total_steps - self._since, tf.float32)
        progress = self._share + (1.0 - self._share) * gone / ahead
        self.optimizer.learning_rate.assign(self.base_rate * factor(self._settings["schedule"], progress))
        for layer in self._follow_progress:
            layer.progress.assign(progress)
        x = self._with_noise(x)
        with tf.GradientTape() as tape:
            output = self.model(x, training=True)
            each = self._lesson(y, output)
            if self._class_weights is not None:
                each = each * tf.gather(tf.constant(self._class_weights), y)
            loss = tf.reduce_mean(each)
            penalised = tf.add_n([loss, *self.model.losses]) if self.model.losses else loss
        # of what is used, not of what is stored: steps that follow a gradient's size and norms mean that
        gradients = [
            tf.math.scalar_mul(1.0 / pace_of(v), g) if g is not None and pace_of(v) != 1.0 else g
            for v, g in zip(variables, tape.gradient(penalised, variables))
        ]
        if self._settings["clip_norm"]:
            # whole: a row of a table of vectors that a batch asks for twice counts with its sum
            whole = [tf.convert_to_tensor(g) for g in gradients]
            gradients, _ = tf.clip_by_global_norm(whole, self._settings["clip_norm"])
        if self._settings["optimizer"] == "adamw":
            self.optimizer.shrink(variables, progress)
        self.optimizer.apply(gradients, variables)
        self.step.assign_add(1)
        return penalised * tf.cast(tf.shape(y)[0], tf.float32)

    def _with_noise(self, x):
        """Numbers with noise on them, where it is asked for; by the step alone, so that a resumed training gets the same."""
        import tensorflow as tf

        if not self._settings["input_noise"] or "numeric" not in x:
            return x
        seed = tf.stack([self.step, tf.constant(0, tf.int64)])
        noise = tf.random.stateless_normal(tf.shape(x["numeric"]), seed, stddev=self._settings["input_noise"])
        return {**x, "numeric": x["numeric"] + noise}

    @property
    def sees(self) -> bool:
        """Whether the network has a layer before its answer that learns."""
        return learned_layer(self.model) is not None

    def forward(self, inputs: "dict[str, tf.Tensor]") -> "tf.Tensor":
        return self._seeing(inputs)[0]

    def watch(self, rows: Rows, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The raw outputs (n, k) for those rows, and for the ones at these places, which ascend, the last layer (m, …)."""
        outputs, layers, start = [], [], 0
        for inputs in batches_of(rows.inputs, rows.n):
            answer, layer = map(np.asarray, self._seeing(inputs))
            own = places[np.searchsorted(places, start) : np.searchsorted(places, start + len(answer))]
            layers.append(layer[own - start])
            outputs.append(answer)
            start += len(answer)
        return np.concatenate(outputs), np.concatenate(layers)

    def outputs(self, rows: Rows) -> np.ndarray:
        """The raw outputs (n, k) for those rows, in inference mode; several networks in one speak as one."""
        return forward_in_batches(self.forward, rows.inputs, rows.n)

    def mean_loss(self, targets: np.ndarray, outputs: np.ndarray) -> float:
        """The mean loss of outputs already computed, without penalties or class weights."""
        import tensorflow as tf

        each = self._loss(tf.convert_to_tensor(targets), tf.convert_to_tensor(outputs))
        return float(tf.reduce_mean(each))

    def variables(self) -> list[Any]:
        """All that changes in training, in a fixed order: weights, dropout's random state, optimiser, rate, step."""
        return [*self.model.variables, *self.optimizer.variables, self.base_rate, self.step]


def make_forward(model: "keras.Model", task: Task) -> "Callable[[dict[str, tf.Tensor]], tf.Tensor]":
    """The network in inference mode as one traced call, (n, k): a row in 1 ms instead of 10."""
    import tensorflow as tf

    def forward(inputs):
        return with_one_voice(model(inputs, training=False), task)

    return tf.function(forward, reduce_retracing=True, autograph=False)


def make_seeing(model: "keras.Model", task: Task) -> "Callable[[dict[str, tf.Tensor]], tuple]":
    """The same with its last layer (n, …) beside the answer, for no more than the answer costs."""
    import keras
    import tensorflow as tf

    layer = learned_layer(model)
    both = keras.Model(model.input, [model.output, model.output if layer is None else layer])

    def seeing(inputs):
        answer, seen = both(inputs, training=False)
        return with_one_voice(answer, task), seen

    # any number of rows in one graph: a few are asked for before training, all validation rows after each epoch
    rows = {k: tf.TensorSpec((None, *x.shape[1:]), x.dtype, name=k) for k, x in model.input.items()}
    return tf.function(seeing, input_signature=[rows], autograph=False)


def learned_layer(model: "keras.Model") -> "keras.KerasTensor | None":
    """The last layer, (batch, …); None where nothing before the answer learns."""
    import keras

    layer = last_layer(model)
    return layer if keras.Model(model.input, layer).trainable_variables else None


def last_layer(model: "keras.Model") -> "keras.KerasTensor":
    """What the answer is made of, (batch, …).

    Of several networks in one, whose layers are (members, batch, …), that of them all, (batch, members, …).
    """
    import keras

    answer = model.layers[-1]
    while not answer.trainable_variables:  # it only turns round or cuts off what a layer before it says
        answer = next(each for each in reversed(model.layers) if each.output is answer.input)
    layer = answer.input
    return layer if layer.shape[0] is None else keras.ops.swapaxes(layer, 0, 1)


def batches_of(inputs: Mapping[str, np.ndarray], n: int) -> "Iterator[dict[str, tf.Tensor]]":
    """The rows' inputs as tensors, as many at a time as memory may hold."""
    import tensorflow as tf

    cells = max(1, sum(math.prod(v.shape[1:]) for v in inputs.values()))
    batch = max(1, min(PREDICT_BATCH, PREDICT_CELLS // cells))
    for i in range(0, n, batch):
        yield {k: tf.convert_to_tensor(v[i : i + batch]) for k, v in inputs.items()}


def forward_in_batches(forward: "Callable", inputs: Mapping[str, np.ndarray], n: int) -> np.ndarray:
    """Call the network on batches of rows and put the outputs together: (n, k) float32."""
    pieces = [np.asarray(forward(batch)) for batch in batches_of(inputs, n)]
    return np.concatenate(pieces) if pieces else np.zeros((0, 1), np.float32)


def make_optimizer(settings: dict[str, Any]) -> "keras.optimizers.Optimizer":
    """The optimiser of the knobs. Momentum is Nesterov's, 0.9."""
    import keras

    from core.training.adam import Adam, AdamW

    rate = settings["learning_rate"]
    match settings["optimizer"]:
        case "adam":
            return Adam(rate, beta_2=settings["beta_2"])
        case "adamw":
            return AdamW(
                rate,
                beta_2=settings["beta_2"],
                decay=settings["weight_decay"],
                decay_fades=settings["decay_fades"],
            )
        case "momentum":
            return keras.optimizers.SGD(rate, momentum=0.9, nesterov=True)
        case "rmsprop":
            return keras.optimizers.RMSprop(rate)
    return keras.optimizers.SGD(rate)
