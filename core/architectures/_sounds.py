"""What networks for sound share: how a spectrogram comes in, is listened to and summed up, and how they are trained."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from core.architectures._trunks import NORM_MOMENTUM, convolved, joined_trunks
from core.disturbance import Disturbance
from core.knobs import Knob

if TYPE_CHECKING:
    import keras

    from core.domain import Task
    from core.modalities import InputSpec

GROUP = "Augmentation"

AUGMENTATION: tuple[Knob, ...] = (
    Knob(
        name="shift", title="Move in time by", kind="decimal", default=0.1, low=0.0, high=0.5, step=0.05, group=GROUP,
        help="In training, each clip is moved at random by up to this share of its length.",
    ),
    Knob(
        name="noise", title="Noise", kind="decimal", default=0.02, low=0.0, high=0.2, step=0.01, group=GROUP,
        help="In training, so much noise is added to the spectrogram, as a share of its range of 80 decibels.",
    ),
    Knob(
        name="masks", title="Hidden parts", kind="integer", default=1, low=0, high=4, group=GROUP,
        help="In training, so many times some pitches and some moments of each clip are hidden (SpecAugment).",
    ),
)  # fmt: skip

TRAINING = {
    "schedule": "one_cycle", "learning_rate": 0.004, "epochs": 40, "batch_size": 32, "weight_decay": 0.01,
    "label_smoothing": 0.05, "best_by": "metric", "patience": 15,
}  # fmt: skip


TOWER_FILTERS = (16, 32, 64)


def sound_network(
    inputs: "Mapping[str, InputSpec]",
    by: Disturbance,
    trunk: "Callable[[keras.KerasTensor, str], keras.KerasTensor]",
) -> "tuple[dict[str, keras.KerasTensor], keras.KerasTensor]":
    """The Keras inputs by name, and one row of numbers (batch, width) of all of them.

    by: how clips are changed while it learns. trunk(spectrogram (batch, bands, moments, 1), prefix) → (batch, width):
    of each clip. Other columns join as they are embedded.
    """

    def whole(x, prefix, place):
        return trunk(brought_in(x, prefix, by, place), prefix)

    return joined_trunks(inputs, "sound", whole)


def sound_tower(task: "Task", x: "keras.KerasTensor", name: str, place: int) -> "keras.KerasTensor":
    """A sound beside other columns, as the CNN hears it with its defaults: a uint8 spectrogram → (batch, width)."""
    by = Disturbance(**{knob.name: knob.default for knob in AUGMENTATION})
    return listened_to(brought_in(x, name, by, place), name, TOWER_FILTERS)


def brought_in(x: "keras.KerasTensor", name: str, by: Disturbance, place: int) -> "keras.KerasTensor":
    """A spectrogram from 0 to 1, changed at random while the network learns. place: of the sound among a row's sounds."""
    import keras

    from core.layers.spec_augment import SpecAugment

    x = keras.layers.Rescaling(1 / 255, name=f"{name}_scaled")(x)
    if by.does_anything:
        x = SpecAugment(by, seed=place, name=f"{name}_augmented")(x)
    # each band by itself: some are louder than others wherever one records
    return keras.layers.BatchNormalization(axis=1, momentum=NORM_MOMENTUM, name=f"{name}_levelled")(x)


def listened_to(x: "keras.KerasTensor", name: str, filters: Sequence[int]) -> "keras.KerasTensor":
    """Convolutions in stages, each of half the pitches and moments: (batch, twice the last filters)."""
    import keras

    for stage, n in enumerate(filters, start=1):
        if stage > 1:
            x = pooled(x, f"{name}_{stage}")
        x = convolved(x, n, f"{name}_{stage}")
    return summed_up(keras.ops.mean(x, axis=1), name)  # of (batch, moments, filters)


def pooled(x: "keras.KerasTensor", name: str, *, most: int = 2) -> "keras.KerasTensor":
    """Bands halved, and moments shared out by `most`; a side of one stays."""
    import keras

    window = tuple(min(n, size) for n, size in zip((2, most), x.shape[1:3]))
    return x if window == (1, 1) else keras.layers.MaxPooling2D(window, name=f"{name}_pool")(x)


def summed_up(moments: "keras.KerasTensor", name: str) -> "keras.KerasTensor":
    """The mean and the most of every feature over time: (batch, moments, width) → (batch, twice the width)."""
    import keras

    layers = keras.layers
    mean = layers.GlobalAveragePooling1D(name=f"{name}_mean")(moments)
    most = layers.GlobalMaxPooling1D(name=f"{name}_most")(moments)
    return layers.Concatenate(name=f"{name}_heard")([mean, most])
