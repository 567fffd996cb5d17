"""Entity embeddings: every category becomes a point, and a perceptron reads where it lies."""

from core.architectures import Architecture, n_outputs
from core.knobs import Knob


def build(task, inputs, *, most_dimensions, units, dropout):
    import keras

    from core.layers.dropout import Dropout
    from core.layers.entities import EntityEmbeddings, IndicatorEmbeddings
    from core.modalities import owner_of

    entries = {s.name: keras.Input(shape=s.shape, dtype=s.dtype, name=s.name) for s in inputs.values()}
    parts = []
    for name, entry in entries.items():
        if name == "category":
            parts.append(EntityEmbeddings(inputs[name].vocabulary, most_dimensions, name="entities")(entry))
        elif name == "indicator":
            parts.append(
                IndicatorEmbeddings(inputs[name].sources, most_dimensions, name="short_lists")(entry)
            )
        else:
            parts.append(owner_of(inputs[name]).embed(entry, inputs[name]))
    x = parts[0] if len(parts) == 1 else keras.layers.Concatenate(name="inputs")(parts)
    for number, width in enumerate(units, start=1):
        x = keras.layers.Dense(
            width, activation="relu", kernel_initializer="he_normal", name=f"hidden_{number}"
        )(x)
        if dropout:
            x = Dropout(dropout, name=f"dropout_{number}")(x)
    return keras.Model(entries, keras.layers.Dense(n_outputs(task), name="output")(x), name="embedding_mlp")


architecture = Architecture(
    key="embedding_mlp",
    title="Entity embeddings",
    summary="Every category becomes a point in a space of its own, where values that behave alike lie close together. "
    "For tables of many categories.",
    build=build,
    knobs=(
        Knob(
            name="units",
            title="Units per layer",
            kind="integers",
            default=[256, 128],
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
            default=0.2,
            low=0.0,
            high=0.9,
            help="Share of units switched off at random in each step, against overfitting.",
        ),
        Knob(
            name="most_dimensions",
            title="Most dimensions of a category",
            kind="integer",
            default=16,
            low=1,
            high=256,
            help="A column of n values gets half as many dimensions, and no more than this.",
        ),
    ),
    training={"learning_rate": 0.002, "batch_size": 128},
    not_for=("image",),
    order=30,
)
