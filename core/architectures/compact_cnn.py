"""A compact modern convolutional network: normalised convolutions, averaged at the end, trained in one cycle."""

from core.architectures import Architecture, n_outputs
from core.architectures._images import AUGMENTATION, image_network
from core.architectures._trunks import DROPOUT, NORM_MOMENTUM
from core.augmentation import change_of
from core.knobs import Knob


def build(task, inputs, *, filters, convolutions, dropout, shift, turn, zoom, mirror):
    import keras

    layers = keras.layers

    def trunk(x, prefix):
        for stage, n in enumerate(filters, start=1):
            if stage > 1 and min(x.shape[1:3]) > 1:
                x = layers.MaxPooling2D(2, name=f"{prefix}_{stage}_pool")(x)
            for number in range(1, convolutions + 1):
                name = f"{prefix}_{stage}_{number}"
                x = layers.Conv2D(
                    n, 3, padding="same", use_bias=False, kernel_initializer="he_normal", name=f"{name}_conv"
                )(x)
                x = layers.ReLU(name=f"{name}_relu")(
                    layers.BatchNormalization(momentum=NORM_MOMENTUM, name=f"{name}_norm")(x)
                )
        x = layers.GlobalAveragePooling2D(name=f"{prefix}_averaged")(x)
        return layers.Dropout(dropout, name=f"{prefix}_dropout")(x) if dropout else x

    change = change_of(shift, turn, zoom, mirror, task.classes)
    entries, x = image_network(task, inputs, change, trunk)
    return keras.Model(entries, layers.Dense(n_outputs(task), name="output")(x), name="compact_cnn")


architecture = Architecture(
    key="compact_cnn",
    title="Compact modern CNN",
    summary="Normalised convolutions in three stages, averaged over the image, trained in one cycle. The best first choice.",
    build=build,
    made_for="image",
    knobs=(
        Knob(
            name="filters", title="Filters per stage", kind="integers", default=[32, 64, 128], min_length=1, low=4,
            high=512, max_length=5, help="Each stage after the first halves the image's height and width.",
        ),
        Knob(
            name="convolutions", title="Convolutions per stage", kind="integer", default=2, low=1, high=4,
            help="More see more of the image before it is halved, and take longer.",
        ),
        DROPOUT,
        *AUGMENTATION,
    ),
    training={
        "schedule": "one_cycle", "learning_rate": 0.003, "epochs": 15, "batch_size": 64, "weight_decay": 0.01,
        "label_smoothing": 0.05,
        "patience": 8,
    },
    order=25,
)  # fmt: skip
