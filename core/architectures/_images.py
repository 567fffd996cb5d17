"""What networks for images share: how pixels come in and are changed, convolutions in stages, the joining with other columns."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from core.architectures._trunks import convolved, joined_trunks
from core.augmentation import Change, change_of
from core.knobs import Knob

if TYPE_CHECKING:
    import keras

    from core.domain import Task
    from core.modalities import InputSpec

GROUP = "Augmentation"
NONE = {"shift": 0.0, "turn": 0.0, "zoom": 0.0, "mirror": "no"}  # for presets of tutorials that have none

AUGMENTATION: tuple[Knob, ...] = (
    Knob(
        name="shift", title="Move by", kind="decimal", default=0.07, low=0.0, high=0.5, step=0.01, group=GROUP,
        help="In training, each image is moved at random by up to this share of its side.",
    ),
    Knob(
        name="turn", title="Turn by degrees", kind="decimal", default=0.0, low=0.0, high=180.0, step=1.0, group=GROUP,
        help="In training, each image is turned at random by up to so many degrees.",
    ),
    Knob(
        name="zoom", title="Zoom by", kind="decimal", default=0.0, low=0.0, high=0.5, step=0.05, group=GROUP,
        help="In training, each image is made larger or smaller at random by up to this share.",
    ),
    Knob(
        name="mirror", title="Mirror", kind="choice", default="auto", choices=("auto", "yes", "no"), group=GROUP,
        help="In training, every second image has left and right exchanged. Auto: not where a class is a digit or "
        "a letter, or is told by its side.",
    ),
)  # fmt: skip


TOWER_FILTERS = (16, 32, 64)


def image_network(
    task: "Task",
    inputs: "Mapping[str, InputSpec]",
    change: Change,
    trunk: "Callable[[keras.KerasTensor, str], keras.KerasTensor]",
) -> "tuple[dict[str, keras.KerasTensor], keras.KerasTensor]":
    """The Keras inputs by name, and one row of numbers (batch, width) of all of them.

    trunk(pixels from 0 to 1 (batch, height, width, channels), prefix) → (batch, width): of each image.
    Other columns join as they are embedded.
    """

    def whole(x, prefix, place):
        return trunk(brought_in(x, prefix, change, place), prefix)

    return joined_trunks(inputs, "image", whole)


def image_tower(task: "Task", x: "keras.KerasTensor", name: str, place: int) -> "keras.KerasTensor":
    """An image beside other columns, as the compact network sees it with its defaults: uint8 pixels → (batch, width)."""
    defaults = {knob.name: knob.default for knob in AUGMENTATION}
    change = change_of(**defaults, classes=task.classes)
    return looked_at(brought_in(x, name, change, place), name, TOWER_FILTERS, 1)


def brought_in(x: "keras.KerasTensor", name: str, change: Change, place: int) -> "keras.KerasTensor":
    """Pixels from 0 to 1, changed at random while the network learns. place: of the image among a row's images."""
    import keras

    from core.layers.augment import Augment

    x = keras.layers.Rescaling(1 / 255, name=f"{name}_scaled")(x)
    return Augment(change, seed=place, name=f"{name}_augmented")(x) if change.does_anything else x


def looked_at(
    x: "keras.KerasTensor", name: str, filters: Sequence[int], convolutions: int
) -> "keras.KerasTensor":
    """Normalised convolutions in stages, each of half the size, averaged over the image: (batch, the last filters)."""
    import keras

    for stage, n in enumerate(filters, start=1):
        if stage > 1 and min(x.shape[1:3]) > 1:
            x = keras.layers.MaxPooling2D(2, name=f"{name}_{stage}_pool")(x)
        for number in range(1, convolutions + 1):
            x = convolved(x, n, f"{name}_{stage}_{number}")
    return keras.layers.GlobalAveragePooling2D(name=f"{name}_averaged")(x)
