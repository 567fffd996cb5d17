"""What every network for images begins and ends with: augmentation and scaling, then its joining with other columns."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from core.architectures._trunks import joined_trunks
from core.augmentation import Change
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

    def front(x, name, place):
        from core.layers.augment import Augment

        return Augment(change, seed=place, name=f"{name}_augmented")(x) if change.does_anything else x

    return joined_trunks(inputs, "image", front, trunk)
