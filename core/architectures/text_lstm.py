"""A bidirectional LSTM: reads a text both ways, with gates that say what to remember."""

from core.architectures import Architecture
from core.architectures._recurrent import KNOBS, build_recurrent
from core.architectures._text import READING, TEXT


def build(task, inputs, **knobs):
    return build_recurrent(task, inputs, "LSTM", both_ways=True, name="text_lstm", **knobs)


architecture = Architecture(
    key="text_lstm",
    title="Bidirectional LSTM",
    summary="Reads word by word in both directions, with a memory that can hold on to what matters.",
    build=build,
    knobs=KNOBS,
    training=READING,
    made_for=TEXT,
    order=36,
)
