"""The penalties on weights that several architectures offer as knobs."""

from typing import TYPE_CHECKING

from core.knobs import Knob

if TYPE_CHECKING:
    import keras

L1 = Knob(
    name="l1",
    step=0.0001,
    advanced=True,
    title="L1 penalty",
    kind="decimal",
    default=0.0,
    low=0.0,
    high=1.0,
    help="Pushes weights that help little to exactly zero. Try 0.0001 when there are many columns.",
)
L2 = Knob(
    name="l2",
    step=0.0001,
    advanced=True,
    title="L2 penalty",
    kind="decimal",
    default=0.0,
    low=0.0,
    high=1.0,
    help="Keeps all weights small, against overfitting. Try 0.0001 to 0.01.",
)


def regulariser(l1: float, l2: float) -> "keras.regularizers.Regularizer | None":
    """The Keras penalty, or None when both are zero, so that nothing is computed for it."""
    import keras

    return keras.regularizers.L1L2(l1=l1, l2=l2) if l1 or l2 else None
