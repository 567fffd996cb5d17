"""A recurrent network: reads a text from its beginning, and remembers a little."""

from core.architectures import Architecture
from core.architectures._recurrent import KNOBS, build_recurrent
from core.architectures._text import READING, TEXT


def build(task, inputs, **knobs):
    return build_recurrent(task, inputs, "SimpleRNN", both_ways=False, name="text_rnn", **knobs)


architecture = Architecture(
    key="text_rnn",
    title="Simple recurrent network",
    summary="Reads word by word and keeps a short memory. The oldest of its kind: forgets what is long past.",
    build=build,
    knobs=KNOBS,
    training=READING,
    made_for=TEXT,
    order=40,
)
