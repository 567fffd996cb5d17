"""The settings of training that every network shares: the optimiser, the loss, when to stop."""

from core.domain import CLASSIFICATION, TaskKind
from core.errors import BadInput
from core.knobs import Knob

LOSSES: dict[str, tuple[TaskKind, ...]] = {
    "cross_entropy": ("binary", "multiclass"),
    "focal": ("binary", "multiclass"),
    "mse": ("regression",),
    "mae": ("regression",),
    "huber": ("regression",),
}

TRAINING_KNOBS: tuple[Knob, ...] = (
    Knob(
        name="optimizer",
        title="Optimiser",
        kind="choice",
        default="adamw",
        choices=("adam", "adamw", "sgd", "momentum", "rmsprop"),
        help="How the weights follow the gradient. Adam and AdamW need the least tuning.",
        group="Training",
    ),
    Knob(
        name="learning_rate",
        step=0.0005,
        title="Learning rate",
        kind="decimal",
        default=0.003,
        low=1e-6,
        high=10.0,
        log=True,
        help="The size of a step. Too high and the loss jumps about; too low and nothing moves.",
        group="Training",
    ),
    Knob(
        name="schedule",
        advanced=True,
        title="Learning rate schedule",
        kind="choice",
        default="cosine",
        choices=("constant", "cosine", "exponential", "plateau", "one_cycle", "coslog4"),
        help="How the rate changes: cosine falls to zero by the last epoch; plateau halves it when "
        "the validation loss stands still; one cycle rises first, then falls; coslog4 rises and falls "
        "four times, each time more slowly.",
        group="Training",
    ),
    Knob(
        name="weight_decay",
        step=0.005,
        advanced=True,
        title="Weight decay",
        kind="decimal",
        default=0.05,
        low=0.0,
        high=1.0,
        help="Shrinks the weights a little at each step. Only with AdamW.",
        group="Training",
        when=("optimizer", ("adamw",)),
    ),
    Knob(
        name="decay_fades",
        advanced=True,
        title="Let weight decay fade",
        kind="boolean",
        default=False,
        help="Weight decay shrinks to nothing over the second half of training.",
        group="Training",
        when=("optimizer", ("adamw",)),
    ),
    Knob(
        name="beta_2",
        step=0.01,
        advanced=True,
        title="Memory of squared gradients",
        kind="decimal",
        default=0.999,
        low=0.5,
        high=0.99999,
        help="Adam's second beta. Lower values follow a changing loss sooner; 0.95 suits large rates.",
        group="Training",
        when=("optimizer", ("adam", "adamw")),
    ),
    Knob(
        name="clip_norm",
        step=0.5,
        advanced=True,
        title="Longest gradient",
        kind="decimal",
        default=0.0,
        low=0.0,
        high=1000.0,
        help="A longer gradient is shortened to this, so that odd rows cannot throw the weights off. 0: no limit.",
        group="Training",
    ),
    Knob(
        name="loss",
        advanced=True,
        title="Loss",
        kind="choice",
        default="auto",
        choices=("auto", *LOSSES),
        help="What training makes small. Auto: cross-entropy for classes, squared error for numbers.",
        group="Training",
    ),
    Knob(
        name="label_smoothing",
        step=0.05,
        advanced=True,
        title="Label smoothing",
        kind="decimal",
        default=0.0,
        low=0.0,
        high=0.9,
        help="Takes the true class for a little less than certain, against overfitting. Only where classes "
        "decide (accuracy, F1): other metrics ask for honest probabilities, and it is left off.",
        group="Training",
        tasks=CLASSIFICATION,
    ),
    Knob(
        name="class_weights",
        advanced=True,
        title="Weigh classes equally",
        kind="boolean",
        default=False,
        help="Gives rare classes more say. Helps find them, but the probabilities are no longer honest.",
        group="Training",
        tasks=CLASSIFICATION,
    ),
    Knob(
        name="sampling",
        advanced=True,
        title="Mix of classes",
        kind="choice",
        default="as_is",
        choices=("as_is", "over", "under"),
        help="Of the training rows alone. Over: rows of rare classes are repeated; under: rows of common ones "
        "are left out, others in each epoch. Off by default: strong models rarely rank better for it, a moved "
        "threshold finds as many, and the probabilities are no longer honest (van den Goorbergh et al. 2022).",
        group="Training",
        tasks=CLASSIFICATION,
    ),
    Knob(
        name="recalibrate",
        advanced=True,
        title="Make probabilities honest",
        kind="boolean",
        default=False,
        help="After training, a slope and a shift for each class from the validation rows. Use it with class "
        "weights, another mix or focal loss. The threshold of alarms is moved on the Compare page.",
        group="Training",
        tasks=CLASSIFICATION,
    ),
    Knob(
        name="input_noise",
        step=0.05,
        advanced=True,
        title="Noise on numbers",
        kind="decimal",
        default=0.0,
        low=0.0,
        high=2.0,
        help="Adds random noise to the numeric columns in each step, in standard deviations, against overfitting. "
        "Try 0.05 to 0.2 where rows are few.",
        group="Training",
    ),
    Knob(
        name="batch_size",
        title="Batch size",
        kind="integer",
        default=64,
        low=1,
        high=65_536,
        log=True,
        help="Rows in each step. Larger is faster for each epoch; smaller often finds better weights.",
        group="Training",
    ),
    Knob(
        name="drop_last",
        advanced=True,
        title="Skip a smaller last batch",
        kind="boolean",
        default=False,
        help="The rows that do not fill a batch sit the epoch out. Steadier at large rates.",
        group="Training",
    ),
    Knob(
        name="epochs",
        title="Epochs",
        kind="integer",
        default=80,
        low=1,
        high=10_000,
        log=True,
        help="How often the network sees every training row, at most.",
        group="Training",
    ),
    Knob(
        name="best_by",
        advanced=True,
        title="Best epoch by",
        kind="choice",
        default="loss",
        choices=("loss", "metric"),
        help="What says on the validation rows which epoch's weights are kept: the loss, or the metric that decides.",
        group="Training",
    ),
    Knob(
        name="early_stopping",
        advanced=True,
        title="Stop early",
        kind="boolean",
        default=True,
        help="Ends when no epoch has been better on the validation rows for some time. "
        "The weights of the best epoch are kept either way.",
        group="Training",
    ),
    Knob(
        name="patience",
        advanced=True,
        title="Patience in epochs",
        kind="integer",
        default=16,
        low=1,
        high=1_000,
        help="How many epochs without improvement to wait before stopping.",
        group="Training",
        when=("early_stopping", (True,)),
    ),
)


def settle_loss(name: str, task_kind: TaskKind) -> str:
    """The loss meant by that name for that task. Raises BadInput when it does not suit it."""
    suited = [loss for loss, kinds in LOSSES.items() if task_kind in kinds]
    if name == "auto":
        return suited[0]
    if name not in suited:
        raise BadInput("loss_task", loss=name, task=task_kind, suited=", ".join(suited))
    return name
