"""What a network for images will see and make of it: the shape after each layer, and augmented examples. Trains nothing."""

import numpy as np
import streamlit as st

from core.architectures import ARCHITECTURES
from core.augmentation import Change, change_of, changed, mirroring_harms
from core.data.gallery import media_columns, some_of
from core.data.media import seen_shape
from core.domain import Dataset, ModelSpec, Task
from core.errors import BadInput
from core.layer_list import KINDS, Layer, read_layers, shapes
from core.sentences import say
from pages.components import session
from pages.components.gallery import thumbnails
from pages.components.text import escape

N_IMAGES, N_VERSIONS = 3, 8


def draw_image_setup(dataset: Dataset, task: Task, network: ModelSpec) -> list[str]:
    """For a network for images; a sentence for each thing that cannot be built."""
    columns = [c for c in media_columns(dataset) if c.name in task.features]
    architecture = ARCHITECTURES[network.key]
    if not columns or architecture.made_for != "image":
        return []
    settings = architecture.settle(network.params, task.kind)
    problems = []
    if "layers" in settings:
        problems = _draw_layers(read_layers(settings["layers"]), seen_shape(columns[0]), settings["padding"])
    change = change_of(*(settings[name] for name in ("shift", "turn", "zoom", "mirror")), task.classes)
    _draw_augmentation(dataset, task, columns[0].name, change, settings["mirror"])
    return problems


def _draw_layers(layers: list[Layer], shape: tuple[int, ...], padding: str) -> list[str]:
    """The list as a table with what comes out of each layer, as far as it can be built."""
    problem, found = None, []
    for n in range(1, len(layers) + 1):
        try:
            found = shapes(layers[:n], shape, padding)
        except BadInput as error:
            problem = str(error)
            break
    rows = [("Image", "", _words(shape))]
    rows += [(KINDS[layer.word].title, str(layer), _words(after)) for layer, after in zip(layers, found)]
    st.dataframe(
        {"Layer": [r[0] for r in rows], "Written": [r[1] for r in rows], "Shape after it": [r[2] for r in rows]},
        hide_index=True, height="content", width=520, key="layer_shapes", alt="The layers and the shape after each",
    )  # fmt: skip
    if problem is None:
        return []
    st.caption(f":red[{escape(problem)}]")
    return [problem]


def _words(shape: tuple[int, ...]) -> str:
    if len(shape) == 1:
        return f"{shape[0]:,} numbers"
    height, width, channels = shape
    return f"{height} × {width}, {channels:,} channel{'s' * (channels != 1)}"


def _draw_augmentation(dataset: Dataset, task: Task, column: str, change: Change, mirror: str) -> None:
    st.markdown("**As the network will see them**")
    st.caption(say("image.no_pretrained"))
    harmed = mirroring_harms(task.classes)
    if mirror == "auto" and harmed is not None:
        st.caption(f"Not mirrored: a mirrored “{escape(harmed)}” would be something else.")
    if not change.does_anything:
        st.caption("Images are learned from as they are.")
        return
    st.caption("The first of each row is the image itself; the others are as training may change it.")
    shown = some_of(dataset, session.catalog(), column, by=None, n_each=N_IMAGES, seed=0)
    rng = np.random.default_rng(0)
    for one in shown:
        thumbnails([one.content, *changed(one.content, change, rng, N_VERSIONS)])
