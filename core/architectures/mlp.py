"""A multi-layer perceptron: dense layers one after another, the classic network for tables."""

from core.architectures import Architecture, Preset, n_outputs
from core.architectures._regularisation import L1, L2, regulariser
from core.knobs import Knob


def build(task, inputs, *, units, activation, dropout, batch_norm, l1, l2):
    import keras

    from core.modalities.embed import embed_inputs

    entries, x = embed_inputs(inputs)  # (batch, width)
    for number, width in enumerate(units, start=1):
        x = keras.layers.Dense(
            width,
            kernel_initializer="he_normal"
            if activation in ("relu", "elu", "gelu", "silu")
            else "glorot_uniform",
            kernel_regularizer=regulariser(l1, l2),
            use_bias=not batch_norm,
            name=f"hidden_{number}",
        )(x)  # (batch, units)
        if batch_norm:
            x = keras.layers.BatchNormalization(name=f"norm_{number}")(x)
        x = keras.layers.Activation(activation, name=f"activation_{number}")(x)
        if dropout:
            x = keras.layers.Dropout(dropout, name=f"dropout_{number}")(x)
    output = keras.layers.Dense(n_outputs(task), name="output")(x)
    return keras.Model(entries, output, name="mlp")


architecture = Architecture(
    key="mlp",
    title="Multi-layer perceptron",
    summary="Dense layers one after another: finds bends and combinations that a linear model cannot.",
    build=build,
    knobs=(
        Knob(
            name="units",
            title="Units per layer",
            kind="integers",
            default=[128, 64],
            min_length=1,
            low=1,
            high=2048,
            help="One number for each hidden layer, first to last. More units learn more, and overfit sooner.",
        ),
        Knob(
            name="activation",
            title="Activation",
            kind="choice",
            default="gelu",
            choices=("relu", "gelu", "silu", "elu", "selu", "tanh", "sigmoid"),
            help="What bends the straight line between layers. GELU and ReLU are good first choices.",
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
            name="batch_norm",
            advanced=True,
            title="Batch normalisation",
            kind="boolean",
            default=False,
            help="Rescales each layer's output within a batch: steadier with deep networks, noisy with small batches.",
        ),
        L1,
        L2,
    ),
    presets=(
        Preset(
            key="house_prices",
            title="House prices: two layers, 32 and 16 units",
            summary="ReLU; Adam on squared error, 100 epochs of batches of 32, no early stopping.",
            source="A common first example of regression in Keras tutorials.",
            params={
                "units": [32, 16],
                "activation": "relu",
                "dropout": 0.0,
                "optimizer": "adam",
                "learning_rate": 0.001,
                "schedule": "constant",
                "loss": "mse",
                "epochs": 100,
                "batch_size": 32,
                "early_stopping": False,
            },
            tasks=("regression",),
        ),
        Preset(
            key="dense_128",
            title="Handwritten digits: one layer, 128 units",
            summary="ReLU and dropout 0.2; Adam on cross-entropy, 5 epochs of batches of 32, no early stopping.",
            source="TensorFlow's quickstart for beginners, tensorflow.org/tutorials/quickstart/beginner.",
            params={
                "units": [128],
                "activation": "relu",
                "dropout": 0.2,
                "optimizer": "adam",
                "learning_rate": 0.001,
                "schedule": "constant",
                "loss": "cross_entropy",
                "epochs": 5,
                "batch_size": 32,
                "early_stopping": False,
            },
            tasks=("binary", "multiclass"),
        ),
    ),
    order=20,
)
