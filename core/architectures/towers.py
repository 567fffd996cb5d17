"""A tower for each kind of input, joined before the answer: numbers, categories, texts, pictures in one network."""

from core.architectures import Architecture, n_outputs
from core.architectures._images import image_tower
from core.architectures._sounds import sound_tower
from core.knobs import Knob

CONVOLVED = {"image": image_tower, "sound": sound_tower}  # how inputs enter that have a height and a width


def build(task, inputs, *, width, dropout, joint):
    import keras

    from core.modalities import owner_of

    entries = {s.name: keras.Input(shape=s.shape, dtype=s.dtype, name=s.name) for s in inputs.values()}
    towers = []
    for place, spec in enumerate(inputs.values()):
        x = entries[spec.name]
        if spec.modality in CONVOLVED:
            x = CONVOLVED[spec.modality](task, x, spec.name, place)
        else:
            x = owner_of(spec).embed(x, spec)
        x = keras.layers.Dense(width, activation="gelu", name=f"{spec.name}_tower")(x)
        towers.append(keras.layers.Dropout(dropout, name=f"{spec.name}_tower_dropout")(x))
    x = towers[0] if len(towers) == 1 else keras.layers.Concatenate(name="towers")(towers)
    x = keras.layers.Dense(joint, activation="gelu", name="joint")(x)
    x = keras.layers.Dropout(dropout, name="joint_dropout")(x)
    return keras.Model(entries, keras.layers.Dense(n_outputs(task), name="output")(x), name="towers")


architecture = Architecture(
    key="towers",
    title="A tower for each kind",
    summary="Numbers, categories, texts and pictures are each understood by a part of their own, then weighed together.",
    build=build,
    knobs=(
        Knob(
            name="width",
            title="Units of each tower",
            kind="integer",
            default=64,
            low=1,
            high=1024,
            log=True,
            help="How much of each kind of input is passed on.",
        ),
        Knob(
            name="joint",
            title="Units where they join",
            kind="integer",
            default=64,
            low=1,
            high=1024,
            log=True,
            help="What weighs the kinds together.",
        ),
        Knob(
            name="dropout",
            step=0.05,
            title="Dropout",
            kind="decimal",
            default=0.3,
            low=0.0,
            high=0.9,
            help="Share of units switched off at random in each step, against overfitting.",
        ),
    ),
    training={"learning_rate": 0.002, "epochs": 40, "patience": 15},
    order=28,
)
