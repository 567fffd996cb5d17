"""A linear network: one weight a feature. The floor every other network must clear."""

from core.architectures import Architecture, n_outputs
from core.architectures._regularisation import L1, L2, regulariser


def build(task, inputs, *, l1, l2):
    import keras

    from core.modalities.embed import embed_inputs

    entries, x = embed_inputs(inputs)  # (batch, width)
    output = keras.layers.Dense(n_outputs(task), kernel_regularizer=regulariser(l1, l2), name="output")(x)
    return keras.Model(entries, output, name="linear")


architecture = Architecture(
    key="linear",
    title="Linear network",
    summary="One weight for each feature. Quick, easy to read, and the floor for every other network.",
    build=build,
    knobs=(L1, L2),
    training={"learning_rate": 0.01, "epochs": 60},
    share=1.0,
    order=10,
)
