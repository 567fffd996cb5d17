"""A bidirectional GRU: as an LSTM, with fewer gates."""

from core.architectures import Architecture
from core.architectures._recurrent import KNOBS, build_recurrent
from core.architectures._text import READING, TEXT


def build(task, inputs, **knobs):
    return build_recurrent(task, inputs, "GRU", both_ways=True, name="text_gru", **knobs)


architecture = Architecture(
    key="text_gru",
    title="Bidirectional GRU",
    summary="As an LSTM with fewer gates: reads in both directions, quicker, about as good.",
    build=build,
    knobs=KNOBS,
    training=READING,
    made_for=TEXT,
    order=38,
)
