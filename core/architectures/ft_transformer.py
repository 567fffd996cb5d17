"""FT-Transformer: every column is a token, and attention finds which of them belong together."""

from core.architectures import Architecture, n_outputs
from core.knobs import Knob

HEADS = 8


def build(task, inputs, *, width, blocks, attention_dropout, dropout):
    import keras

    from core.layers.column_tokens import CategoryTokens, ColumnTokens, WholeToken
    from core.layers.normal_scores import NormalScores
    from core.modalities import owner_of

    entries = {s.name: keras.Input(shape=s.shape, dtype=s.dtype, name=s.name) for s in inputs.values()}
    tokens = []  # each (batch, columns, width)
    for name, entry in entries.items():
        spec = inputs[name]
        if name == "category":
            tokens.append(CategoryTokens(spec.vocabulary, width, name="category_tokens")(entry))
            continue
        x = owner_of(spec).embed(entry, spec)
        if name == "numeric":
            x = NormalScores(name="normal_scores")(x)
        sources = spec.sources or (name,) * x.shape[-1]
        tokens.append(ColumnTokens(sources, width, name=f"{name}_tokens")(x))
    x = WholeToken(name="whole")(tokens[0] if len(tokens) == 1 else keras.layers.Concatenate(axis=1)(tokens))
    for number in range(1, blocks + 1):
        # the first block needs no normalisation before attention: its tokens come fresh
        seen = x if number == 1 else keras.layers.LayerNormalization(name=f"attention_norm_{number}")(x)
        is_last = number == blocks
        asked = seen[:, :1] if is_last else seen  # only the whole's token is read in the end
        found = keras.layers.MultiHeadAttention(
            HEADS, max(1, width // HEADS), dropout=attention_dropout, name=f"attention_{number}"
        )(asked, seen)
        x = keras.layers.Add(name=f"attended_{number}")([x[:, :1] if is_last else x, found])
        inner = keras.layers.LayerNormalization(name=f"norm_{number}")(x)
        inner = keras.layers.Dense(2 * width, activation="gelu", name=f"wide_{number}")(inner)
        inner = keras.layers.Dropout(dropout, name=f"dropout_{number}")(inner)
        inner = keras.layers.Dense(width, name=f"narrow_{number}")(inner)
        x = keras.layers.Add(name=f"block_{number}")([x, inner])
    x = keras.layers.LayerNormalization(name="norm")(x[:, 0])
    x = keras.layers.Activation("relu", name="activation")(x)
    return keras.Model(entries, keras.layers.Dense(n_outputs(task), name="output")(x), name="ft_transformer")


architecture = Architecture(
    key="ft_transformer",
    title="FT-Transformer",
    summary="Every column is a token, and attention finds which of them belong together. Slow with many columns.",
    build=build,
    knobs=(
        Knob(
            name="width",
            title="Width of a token",
            kind="integer",
            default=64,
            low=8,
            high=512,
            help="Numbers that stand for one column.",
        ),
        Knob(
            name="blocks",
            title="Blocks",
            kind="integer",
            default=2,
            low=1,
            high=8,
            help="How often the columns look at each other.",
        ),
        Knob(
            name="attention_dropout",
            step=0.05,
            advanced=True,
            title="Dropout of attention",
            kind="decimal",
            default=0.2,
            low=0.0,
            high=0.9,
            help="Share of the looks at other columns left out at random in each step.",
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
    ),
    # Gorishniy et al. (2021), Revisiting deep learning models for tabular data, arXiv 2106.11959
    training={
        "learning_rate": 0.0005,
        "schedule": "constant",
        "weight_decay": 0.01,
        "batch_size": 128,
        "epochs": 60,
    },
    not_for=("image",),
    order=45,
)
