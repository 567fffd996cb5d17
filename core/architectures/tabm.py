"""TabM: many networks that share nearly all of their weights, and together know more than one."""

from core.architectures import Architecture, n_outputs
from core.knobs import Knob


def build(task, inputs, *, members, units, embedded, dropout):
    import keras

    from core.layers.dropout import Dropout
    from core.layers.members import MemberDense, MemberScaling, MembersLast
    from core.layers.normal_scores import NormalScores
    from core.layers.piecewise_linear import WIDTH, PiecewiseLinearEmbeddings
    from core.modalities import owner_of

    entries = {s.name: keras.Input(shape=s.shape, dtype=s.dtype, name=s.name) for s in inputs.values()}
    parts, repeats = [], []  # how many neighbouring features come from one column
    for name, x in entries.items():
        if name == "numeric":
            x = NormalScores(name="normal_scores")(x)
            if embedded:
                x = PiecewiseLinearEmbeddings(name="pieces")(x)
            repeats += [WIDTH if embedded else 1] * inputs[name].shape[0]
        else:
            x = owner_of(inputs[name]).embed(x, inputs[name])
            repeats += [1] * x.shape[-1]
        parts.append(x)
    x = parts[0] if len(parts) == 1 else keras.layers.Concatenate(name="inputs")(parts)
    x = MemberScaling(members, tuple(repeats), name="members")(x)  # (members, batch, width)
    for number, width in enumerate(units, start=1):
        uniform = keras.initializers.VarianceScaling(1 / 3, "fan_in", "uniform")  # U(±1/√width)
        x = keras.layers.Dense(width, activation="relu", kernel_initializer=uniform, name=f"hidden_{number}")(
            x
        )
        if dropout:
            x = Dropout(dropout, name=f"dropout_{number}")(x)
    output = MembersLast(name="answers")(MemberDense(n_outputs(task), name="output")(x))
    return keras.Model(entries, output, name="tabm")


architecture = Architecture(
    key="tabm",
    title="TabM",
    summary="Many perceptrons in one that share nearly all of their weights: an ensemble for little more than "
    "the price of one network.",
    build=build,
    knobs=(
        Knob(
            name="members",
            title="Networks in one",
            kind="integer",
            default=8,
            low=1,
            high=64,
            help="How many networks share the weights. More are steadier and better, and take longer in proportion.",
        ),
        Knob(
            name="units",
            title="Units per layer",
            kind="integers",
            default=[192, 192],
            min_length=1,
            low=1,
            high=2048,
            help="One number for each hidden layer, first to last.",
        ),
        Knob(
            name="dropout",
            step=0.05,
            title="Dropout",
            kind="decimal",
            default=0.1,
            low=0.0,
            high=0.9,
            help="Share of units switched off at random in each step, against overfitting.",
        ),
        Knob(
            name="embedded",
            advanced=True,
            title="Numbers in pieces",
            kind="boolean",
            default=True,
            help="Each number is cut at its quantiles into 48 pieces with a height of their own, so that the network "
            "can bend sharply.",
        ),
    ),
    training={
        "optimizer": "adamw",
        "learning_rate": 0.002,
        "schedule": "constant",
        "weight_decay": 0.0003,
        "clip_norm": 1.0,
        "batch_size": 256,
        "epochs": 200,
        "best_by": "metric",
        "patience": 16,
    },
    not_for=("image",),
    share=6.0,  # beside RealMLP with 3: in 30 s it was better than that in 60 s on California, in 25 s than in 65 s on adult
    least_steps=200,
    order=26,
)
