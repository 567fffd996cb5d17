"""RealMLP: a perceptron with what a large study found to matter on tables, and its tuned defaults."""

from core.architectures import Architecture, Preset, n_outputs
from core.knobs import Knob

EMBEDDING_WIDTH = 8
PERIODIC_PACE, SCALE_PACE, BIAS_PACE, ACTIVATION_PACE = 0.1, 6.0, 0.1, 0.1


def build(task, inputs, *, units, members, activation, parametric, periodic, from_rows, dropout):
    import keras

    from core.layers.clip_to_trained import ClipToTrained
    from core.layers.dropout import Dropout
    from core.layers.members import ForMembers, MemberEmbeddings, MembersLast
    from core.layers.ntp_dense import NtpDense
    from core.layers.parametric_activation import ParametricActivation
    from core.layers.periodic import PeriodicEmbeddings
    from core.layers.robust_scale import RobustScale
    from core.layers.scaling import Scaling
    from core.modalities import owner_of

    entries = {s.name: keras.Input(shape=s.shape, dtype=s.dtype, name=s.name) for s in inputs.values()}
    parts = []  # each (members, batch, width)
    for name, entry in entries.items():
        if name == "category":
            vocabulary = inputs[name].vocabulary
            embedded = MemberEmbeddings(members, vocabulary, width=EMBEDDING_WIDTH, name="embeddings")
            parts.append(embedded(entry))
            continue
        x = owner_of(inputs[name]).embed(entry, inputs[name])
        if name in ("numeric", "indicator"):
            x = RobustScale(name=f"{name}_scale")(x)
        if name == "numeric" and periodic:
            parts.append(PeriodicEmbeddings(members, pace=PERIODIC_PACE, name="periodic")(x))
        else:
            parts.append(ForMembers(members, name=f"{name}_members")(x))
    x = parts[0] if len(parts) == 1 else keras.layers.Concatenate(name="inputs")(parts)
    x = Scaling(pace=SCALE_PACE, name="scaling")(x)
    first = "rows" if from_rows else "normal"
    for number, width in enumerate(units, start=1):
        x = NtpDense(width, bias_pace=BIAS_PACE, first=first, name=f"hidden_{number}")(x)
        pace = ACTIVATION_PACE if parametric else None
        x = ParametricActivation(activation, pace=pace, name=f"activation_{number}")(x)
        if dropout:
            x = Dropout(dropout, fades=True, name=f"dropout_{number}")(x)
    # two classes are a choice between two outputs, of which the difference counts
    width = 2 if task.kind == "binary" else n_outputs(task)
    last = NtpDense(width, bias_pace=BIAS_PACE, first="rows" if from_rows else "zeros", name="output")
    output = MembersLast(name="answers")(last(x))  # (batch, members, width)
    if task.kind == "binary":
        output = output[..., 1:] - output[..., :1]
    if task.kind == "regression":
        output = ClipToTrained(name="clip")(output)
    return keras.Model(entries, output, name="realmlp")


architecture = Architecture(
    key="realmlp",
    title="RealMLP",
    summary="A perceptron with what a study of a hundred tables found to matter: robust scaling, waves for numbers, "
    "its rates and its first weights.",
    build=build,
    knobs=(
        Knob(
            name="units",
            title="Units per layer",
            kind="integers",
            default=[256, 256, 256],
            min_length=1,
            low=1,
            high=2048,
            help="One number for each hidden layer, first to last.",
        ),
        Knob(
            name="members",
            title="Networks in one",
            kind="integer",
            default=1,
            low=1,
            high=32,
            help="How many networks are trained together and averaged. More are steadier and better, and take "
            "longer in proportion.",
        ),
        Knob(
            name="dropout",
            step=0.05,
            title="Dropout",
            kind="decimal",
            default=0.15,
            low=0.0,
            high=0.9,
            help="Share of units switched off at random in each step, against overfitting. It shrinks to nothing "
            "over the second half of training.",
        ),
        Knob(
            name="activation",
            advanced=True,
            title="Activation",
            kind="choice",
            default="selu",
            choices=("selu", "mish"),
            help="What bends the straight line between layers: SELU suits classes, Mish numbers.",
        ),
        Knob(
            name="parametric",
            advanced=True,
            title="Activations that adapt",
            kind="boolean",
            default=True,
            help="Each unit learns how much it bends.",
        ),
        Knob(
            name="periodic",
            advanced=True,
            title="Waves for numbers",
            kind="boolean",
            default=True,
            help="Numbers enter as waves of learned frequencies too, so that the network can bend sharply.",
        ),
        Knob(
            name="from_rows",
            advanced=True,
            title="First weights from the rows",
            kind="boolean",
            default=True,
            help="The first weights are fitted to some training rows, so that no unit starts out useless.",
        ),
    ),
    training={
        "optimizer": "adamw",
        "learning_rate": 0.04,
        "schedule": "coslog4",
        "weight_decay": 0.02,
        "decay_fades": True,
        "beta_2": 0.95,
        "label_smoothing": 0.1,
        "batch_size": 256,
        "drop_last": True,
        "epochs": 256,
        "best_by": "metric",
        "early_stopping": False,
    },
    regression={"learning_rate": 0.2, "activation": "mish"},
    presets=(
        Preset(
            key="simple",
            title="Simplified (TD-S): half the time",
            summary="No waves, no dropout, no weight decay, plain activations and first weights.",
            source="Holzmüller et al. (2024), Better by default, arXiv 2407.04491, appendix A.",
            params={
                "periodic": False,
                "dropout": 0.0,
                "parametric": False,
                "from_rows": False,
                "weight_decay": 0.0,
                "learning_rate": 0.04,
            },
            tasks=("binary", "multiclass"),
        ),
        Preset(
            key="simple_number",
            title="Simplified (TD-S): half the time",
            summary="No waves, no dropout, no weight decay, plain activations and first weights.",
            source="Holzmüller et al. (2024), Better by default, arXiv 2407.04491, appendix A.",
            params={
                "periodic": False,
                "dropout": 0.0,
                "parametric": False,
                "from_rows": False,
                "weight_decay": 0.0,
                "learning_rate": 0.07,
            },
            tasks=("regression",),
        ),
    ),
    not_for=("image",),
    least_steps=200,
    order=25,
)
