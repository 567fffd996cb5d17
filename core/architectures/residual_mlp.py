"""A residual perceptron: blocks that each add a correction to what came before."""

from core.architectures import Architecture, n_outputs
from core.knobs import Knob


def build(task, inputs, *, width, blocks, expansion, dropout):
    import keras

    from core.layers.dropout import Dropout
    from core.layers.normal_scores import NormalScores
    from core.modalities.embed import embed_inputs

    before = {"numeric": NormalScores(name="normal_scores")}
    entries, x = embed_inputs(inputs, before)  # (batch, features)
    x = keras.layers.Dense(width, name="entry")(x)
    for number in range(1, blocks + 1):
        inner = keras.layers.BatchNormalization(name=f"norm_{number}")(x)
        inner = keras.layers.Dense(expansion * width, activation="relu", name=f"wide_{number}")(inner)
        if dropout:
            inner = Dropout(dropout, name=f"dropout_{number}")(inner)
        inner = keras.layers.Dense(width, name=f"narrow_{number}")(inner)
        x = keras.layers.Add(name=f"block_{number}")([x, inner])
    x = keras.layers.BatchNormalization(name="norm")(x)
    x = keras.layers.Activation("relu", name="activation")(x)
    return keras.Model(entries, keras.layers.Dense(n_outputs(task), name="output")(x), name="residual_mlp")


architecture = Architecture(
    key="residual_mlp",
    title="Residual perceptron",
    summary="Blocks that each add a correction to what came before, so that many layers learn as steadily as few.",
    build=build,
    knobs=(
        Knob(
            name="width",
            title="Width",
            kind="integer",
            default=128,
            low=4,
            high=2048,
            help="Units between the blocks.",
        ),
        Knob(
            name="blocks",
            title="Blocks",
            kind="integer",
            default=3,
            low=1,
            high=16,
            help="How many corrections are made, one after another.",
        ),
        Knob(
            name="expansion",
            advanced=True,
            title="Width inside a block",
            kind="integer",
            default=2,
            low=1,
            high=8,
            help="Units inside a block, as a multiple of those between.",
        ),
        Knob(
            name="dropout",
            step=0.05,
            title="Dropout",
            kind="decimal",
            default=0.25,
            low=0.0,
            high=0.9,
            help="Share of units inside a block switched off at random in each step, against overfitting.",
        ),
    ),
    # Gorishniy et al. (2021), Revisiting deep learning models for tabular data, arXiv 2106.11959
    training={"learning_rate": 0.001, "weight_decay": 0.01, "batch_size": 128, "epochs": 100},
    not_for=("image",),
    order=40,
)
