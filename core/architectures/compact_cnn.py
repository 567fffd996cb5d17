"""A compact modern convolutional network: normalised convolutions, averaged at the end, trained in one cycle."""

from dataclasses import replace

from core.architectures import Architecture, n_outputs
from core.architectures._images import AUGMENTATION, image_network, looked_at
from core.architectures._trunks import DROPOUT, FILTERS
from core.augmentation import change_of
from core.knobs import Knob


def build(task, inputs, *, filters, convolutions, dropout, shift, turn, zoom, mirror):
    import keras

    def trunk(x, prefix):
        x = looked_at(x, prefix, filters, convolutions)
        return keras.layers.Dropout(dropout, name=f"{prefix}_dropout")(x)

    change = change_of(shift, turn, zoom, mirror, task.classes)
    entries, x = image_network(task, inputs, change, trunk)
    return keras.Model(entries, keras.layers.Dense(n_outputs(task), name="output")(x), name="compact_cnn")


architecture = Architecture(
    key="compact_cnn",
    title="Compact modern CNN",
    summary="Normalised convolutions in three stages, averaged over the image, trained in one cycle. The best first choice.",
    build=build,
    made_for="image",
    knobs=(
        replace(FILTERS, default=[32, 64, 128]),
        Knob(
            name="convolutions", title="Convolutions per stage", kind="integer", default=2, low=1, high=4,
            help="More see more of the image before it is halved, and take longer.",
        ),
        DROPOUT,
        *AUGMENTATION,
    ),
    training={
        "schedule": "one_cycle", "learning_rate": 0.003, "epochs": 40, "batch_size": 64, "weight_decay": 0.01,
        "label_smoothing": 0.05, "best_by": "metric", "patience": 15,
    },
    least_steps=100,
    order=25,
)  # fmt: skip
