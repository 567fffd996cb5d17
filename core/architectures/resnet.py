"""A residual network: convolutions that learn what to add to an image's features, so that many can follow each other.

Source: He, Zhang, Ren & Sun (2016), Identity mappings in deep residual networks, ECCV.
"""

from dataclasses import replace

from core.architectures import Architecture, n_outputs
from core.architectures._images import AUGMENTATION, image_network
from core.architectures._trunks import DROPOUT, FILTERS, convolution, normalised
from core.augmentation import change_of
from core.knobs import Knob


def build(task, inputs, *, filters, blocks, dropout, shift, turn, zoom, mirror):
    import keras

    def block(x, n, stride, name):
        before = normalised(x, f"{name}_in")
        changes = stride > 1 or x.shape[-1] != n
        kept = convolution(before, n, f"{name}_kept", stride=stride, window=1) if changes else x
        inner = normalised(convolution(before, n, f"{name}_first", stride=stride), f"{name}_middle")
        return keras.layers.Add(name=f"{name}_sum")([kept, convolution(inner, n, f"{name}_second")])

    def trunk(x, prefix):
        x = convolution(x, filters[0], f"{prefix}_stem")  # (batch, height, width, filters)
        for stage, n in enumerate(filters, start=1):
            for number in range(1, blocks + 1):
                stride = 2 if stage > 1 and number == 1 and min(x.shape[1:3]) > 1 else 1
                x = block(x, n, stride, f"{prefix}_{stage}_{number}")
        x = normalised(x, f"{prefix}_last")
        x = keras.layers.GlobalAveragePooling2D(name=f"{prefix}_averaged")(x)
        return keras.layers.Dropout(dropout, name=f"{prefix}_dropout")(x)

    change = change_of(shift, turn, zoom, mirror, task.classes)
    entries, x = image_network(task, inputs, change, trunk)
    return keras.Model(entries, keras.layers.Dense(n_outputs(task), name="output")(x), name="resnet")


architecture = Architecture(
    key="resnet",
    title="Residual network",
    summary="Deep convolutions with short cuts past each block. For images that a short network does not tell apart.",
    build=build,
    made_for="image",
    knobs=(
        FILTERS,
        Knob(
            name="blocks", title="Blocks per stage", kind="integer", default=2, low=1, high=8,
            help="Two convolutions each.",
        ),
        replace(DROPOUT, default=0.2),
        *AUGMENTATION,
    ),
    training={
        "schedule": "one_cycle", "learning_rate": 0.005, "epochs": 40, "batch_size": 64, "weight_decay": 0.01,
        "patience": 15,
    },
    least_steps=100,
    order=50,
)  # fmt: skip
