"""A convolutional network whose layers are a list to be edited: the classic network for images."""

from core.architectures import Architecture, Preset, n_outputs
from core.architectures._images import AUGMENTATION, NONE, image_network
from core.architectures._trunks import NORM_MOMENTUM
from core.augmentation import change_of
from core.knobs import Knob
from core.layer_list import Layer, read_layers, shapes

TUTORIAL = {
    **NONE, "padding": "valid", "activation": "relu", "optimizer": "adam", "learning_rate": 0.001,
    "schedule": "constant", "loss": "cross_entropy", "epochs": 5, "batch_size": 32, "early_stopping": False,
}  # fmt: skip
RECIPE = "Adam on cross-entropy, 5 epochs of batches of 32, no augmentation, no early stopping."


def build(task, inputs, *, layers, padding, activation, shift, turn, zoom, mirror):
    import keras

    wanted = read_layers(layers)

    def trunk(x, prefix):
        shapes(wanted, tuple(x.shape[1:]), padding)  # refuses with a sentence what Keras would without
        for number, layer in enumerate(wanted, start=1):
            x = _add(layer, x, f"{prefix}_{number}_{layer.word}", padding, activation)
        return x if len(x.shape) == 2 else keras.layers.Flatten(name=f"{prefix}_laid_out")(x)

    change = change_of(shift, turn, zoom, mirror, task.classes)
    entries, x = image_network(task, inputs, change, trunk)
    return keras.Model(entries, keras.layers.Dense(n_outputs(task), name="output")(x), name="cnn")


def _add(layer: Layer, x, name: str, padding: str, activation: str):
    import keras

    match layer.word:
        case "conv":
            return keras.layers.Conv2D(
                int(layer.size), layer.window, padding=padding, activation=activation, name=name
            )(x)
        case "pool":
            return keras.layers.MaxPooling2D(layer.window, name=name)(x)
        case "norm":
            return keras.layers.BatchNormalization(momentum=NORM_MOMENTUM, name=name)(x)
        case "dropout":
            return keras.layers.Dropout(layer.size, name=name)(x)
        case "average":
            return keras.layers.GlobalAveragePooling2D(name=name)(x)
    if len(x.shape) > 2:
        x = keras.layers.Flatten(name=f"{name}_laid_out")(x)
    return keras.layers.Dense(int(layer.size), activation=activation, name=name)(x)


def _preset(key: str, title: str, layers: list[str], source: str) -> Preset:
    return Preset(
        key=key,
        title=f"Handwritten digits: {title}",
        summary=f"{', '.join(layers)}, all ReLU. {RECIPE}",
        source=source,
        params={"layers": layers, **TUTORIAL},
        tasks=("binary", "multiclass"),
    )


architecture = Architecture(
    key="cnn",
    title="Convolutional network",
    summary="Looks for the same small patterns all over the image. Its layers are a list that you edit.",
    build=build,
    made_for="image",
    knobs=(
        Knob(
            name="layers", title="Layers", kind="layers",
            default=["conv 32", "pool 2", "conv 64", "pool 2", "conv 64", "dropout 0.25", "dense 128", "dropout 0.3"],
            help="From the image to the answer, one layer a line: conv (filters) (window), pool (window), norm, "
            "dropout (share), average, dense (units). The output layer comes by itself.",
        ),
        Knob(
            name="padding", title="Edges of the image", kind="choice", default="same", choices=("same", "valid"),
            help="Same: zeros around the image, so that a convolution keeps its size. Valid: none, so that each takes "
            "a little off every side.",
        ),
        Knob(
            name="activation", title="Activation", kind="choice", default="relu", choices=("relu", "gelu", "silu", "tanh"),
            help="What bends the straight line between layers.",
        ),
        *AUGMENTATION,
    ),
    training={"learning_rate": 0.001, "epochs": 40, "batch_size": 64, "weight_decay": 0.01, "patience": 10},
    presets=(
        _preset(
            "conv_32_64_64", "three convolutions, 93 322 weights", ["conv 32", "pool 2", "conv 64", "pool 2", "conv 64", "dense 64"],
            "The convolutional tutorial of TensorFlow, tensorflow.org/tutorials/images/cnn, on MNIST.",
        ),
        _preset(
            "conv_32_64_64_pooled", "three convolutions, pooled three times",
            ["conv 32", "pool 2", "conv 64", "pool 2", "conv 64", "pool 2", "dense 64"],
            "The same tutorial with a third pooling.",
        ),
        _preset(
            "conv_32", "one convolution, 128 units", ["conv 32", "pool 2", "dense 128"],
            "A common first convolutional network for MNIST.",
        ),
    ),
    least_steps=100,
    order=30,
)  # fmt: skip
